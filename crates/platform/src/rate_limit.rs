//! Rate limits by address and by secret key.
//!
//! Publishable keys stand in public pages, so they identify no caller: those requests count for their address. A
//! secret key has a limit of its own once it has proved valid; until then its requests count for the address too,
//! so that inventing keys does not escape the limit.
//!
//! Health and metrics are not limited: a supervisor must not take a process for dead because shoppers behind the same
//! address, often that of a proxy, ask too much.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use coheron_core::ids::ApiKeyId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use serde::{Deserialize, Serialize};

use crate::auth::Authenticator;
use crate::health::is_for_operations;
use crate::http::Problem;

/// Section `rate_limit`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimitSettings {
    /// Requests per second of one address (of one /64 network for IPv6); 0 for no limit. Default 200.
    pub per_ip_per_second: u32,
    /// How many requests of one address may come at once. Default 400.
    pub per_ip_burst: u32,
    /// Requests per second of one secret key; 0 for no limit. Default 1,000.
    pub per_secret_key_per_second: u32,
    /// How many requests of one secret key may come at once. Default 2,000.
    pub per_secret_key_burst: u32,
    /// How many reverse proxies stand before this process: the address is then read from that many places from the
    /// right of `X-Forwarded-For`. 0 takes the address of the connection and ignores the header. Default 0.
    pub trusted_proxies: usize,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self {
            per_ip_per_second: 200,
            per_ip_burst: 400,
            per_secret_key_per_second: 1_000,
            per_secret_key_burst: 2_000,
            trusted_proxies: 0,
        }
    }
}

/// What is left of a caller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the share is whole again, or, where it is used up, until the next request is accepted: at least
    /// one then.
    pub reset_seconds: u64,
}

/// The caller has used up its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitExceeded(pub Share);

pub struct RateLimiter {
    by_address: Option<Bucket<IpAddr>>,
    by_key: Option<Bucket<ApiKeyId>>,
    trusted_proxies: usize,
    authenticator: Option<Authenticator>,
}

struct Bucket<K: Clone + Eq + std::hash::Hash> {
    limiter: DefaultKeyedRateLimiter<K, StateInformationMiddleware>,
    per_second: u32,
    burst: u32,
    checks: AtomicU64,
}

/// After so many checks, callers whose share is whole again are forgotten: memory is bounded by the callers of the
/// last seconds.
const FORGET_EVERY_CHECKS: u64 = 10_000;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl RateLimiter {
    pub fn new(settings: &RateLimitSettings) -> Self {
        Self {
            by_address: Bucket::new(settings.per_ip_per_second, settings.per_ip_burst),
            by_key: Bucket::new(settings.per_secret_key_per_second, settings.per_secret_key_burst),
            trusted_proxies: settings.trusted_proxies,
            authenticator: None,
        }
    }

    /// Gives secret keys their own limit.
    pub fn with_authenticator(mut self, authenticator: Authenticator) -> Self {
        self.authenticator = Some(authenticator);
        self
    }

    /// Counts one request. None where no limit applies.
    fn check(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<Option<Share>, LimitExceeded> {
        let secret_key = self.authenticator.as_ref().and_then(|known| known.remembered_secret_key(headers));
        if let Some(key_id) = secret_key {
            return self.by_key.as_ref().map(|bucket| bucket.check(&key_id)).transpose();
        }
        let (Some(bucket), Some(address)) = (&self.by_address, client_address(headers, peer, self.trusted_proxies))
        else {
            return Ok(None);
        };
        bucket.check(&network_of(address)).map(Some)
    }
}

impl<K: Clone + Eq + std::hash::Hash> Bucket<K> {
    fn new(per_second: u32, burst: u32) -> Option<Self> {
        let rate = NonZeroU32::new(per_second)?;
        let burst = NonZeroU32::new(burst.max(1)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(rate).allow_burst(burst);
        let limiter = governor::RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Some(Self { limiter, per_second, burst: burst.get(), checks: AtomicU64::new(0) })
    }

    fn check(&self, key: &K) -> Result<Share, LimitExceeded> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY_CHECKS == FORGET_EVERY_CHECKS - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        match self.limiter.check_key(key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.burst.saturating_sub(remaining);
                let reset_seconds = u64::from(used.div_ceil(self.per_second));
                Ok(Share { limit: self.burst, remaining, reset_seconds })
            }
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                // The time may have come since the decision; "at once" would only be refused again by the next second.
                let reset_seconds = whole_seconds(wait).max(1);
                Err(LimitExceeded(Share { limit: self.burst, remaining: 0, reset_seconds }))
            }
        }
    }
}

/// Middleware. Tells every caller what is left and refuses with 429 who has nothing left.
pub async fn limit_rate(State(limiter): State<Arc<RateLimiter>>, request: Request, next: Next) -> Response {
    if is_for_operations(request.uri().path()) {
        return next.run(request).await;
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    match limiter.check(request.headers(), peer) {
        Ok(None) => next.run(request).await,
        Ok(Some(share)) => with_share(next.run(request).await, share),
        Err(LimitExceeded(share)) => {
            metrics::counter!("coheron_http_rate_limited_total").increment(1);
            let problem =
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests; try again later")
                    .with_header(RETRY_AFTER, HeaderValue::from(share.reset_seconds));
            with_share(problem.into_response(), share)
        }
    }
}

/// The address of the caller, seen through the given number of reverse proxies.
pub fn client_address(headers: &HeaderMap, peer: Option<SocketAddr>, trusted_proxies: usize) -> Option<IpAddr> {
    let direct = peer.map(|peer| peer.ip());
    if trusted_proxies == 0 {
        return direct;
    }
    // Each proxy appends the address it saw; what is further left was written by the caller and may be invented.
    let forwarded: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let at = forwarded.len().checked_sub(trusted_proxies);
    at.and_then(|at| forwarded[at].parse().ok()).or(direct)
}

/// One household or machine holds a whole /64 of IPv6.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

fn with_share(mut response: Response, share: Share) -> Response {
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(share.limit));
    headers.insert(REMAINING, HeaderValue::from(share.remaining));
    headers.insert(RESET, HeaderValue::from(share.reset_seconds));
    response
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use coheron_store::api_keys::ApiKeyKind;
    use tower::ServiceExt;

    use super::*;
    use crate::auth::KEY_HEADER;
    use crate::auth::test_keys::{authenticator, key};

    fn peer(address: &str) -> Option<SocketAddr> {
        Some(SocketAddr::new(address.parse().expect("an address"), 4000))
    }

    fn slow_limits() -> RateLimitSettings {
        RateLimitSettings { per_ip_per_second: 1, per_ip_burst: 2, ..RateLimitSettings::default() }
    }

    #[test]
    fn each_address_has_its_own_share() {
        let limiter = RateLimiter::new(&slow_limits());
        let check = |address: &str| limiter.check(&HeaderMap::new(), peer(address));
        assert_eq!(check("10.0.0.1").expect("a share").map(|share| share.remaining), Some(1));
        assert_eq!(check("10.0.0.1").expect("a share").map(|share| share.remaining), Some(0));
        assert!(check("10.0.0.1").is_err());
        assert!(check("10.0.0.2").is_ok());
        assert!(check("2001:db8::1").is_ok() && check("2001:db8::2").is_ok());
        assert!(check("2001:db8::3").is_err(), "one network, one share");
    }

    #[test]
    fn zero_means_no_limit() {
        let limiter = RateLimiter::new(&RateLimitSettings { per_ip_per_second: 0, ..slow_limits() });
        for _ in 0..100 {
            assert_eq!(limiter.check(&HeaderMap::new(), peer("10.0.0.1")), Ok(None));
        }
    }

    #[tokio::test]
    async fn a_secret_key_that_proved_valid_has_a_share_of_its_own() {
        let known = authenticator();
        known.remember("sk_first", Some(key(1, ApiKeyKind::Secret, &[])));
        known.remember("sk_second", Some(key(2, ApiKeyKind::Secret, &[])));
        known.remember("pk_shop", Some(key(3, ApiKeyKind::Publishable, &[])));
        known.remember("sk_revoked", None);
        let settings = RateLimitSettings { per_secret_key_per_second: 1, per_secret_key_burst: 3, ..slow_limits() };
        let limiter = RateLimiter::new(&settings).with_authenticator(known.clone());
        let check = |key: &'static str, address: &str| {
            let headers = HeaderMap::from_iter([(KEY_HEADER, HeaderValue::from_static(key))]);
            limiter.check(&headers, peer(address)).map(|share| share.map(|share| (share.limit, share.remaining)))
        };
        assert_eq!(check("sk_first", "10.0.0.1"), Ok(Some((3, 2))));
        assert_eq!(check("sk_first", "10.0.0.2"), Ok(Some((3, 1))), "wherever it asks from");
        assert_eq!(check("sk_first", "10.0.0.3"), Ok(Some((3, 0))));
        assert!(check("sk_first", "10.0.0.4").is_err());
        assert_eq!(check("sk_second", "10.0.0.1"), Ok(Some((3, 2))));

        // Of the address nothing is used yet. All other keys count for it, as requests without a key do.
        assert_eq!(check("pk_shop", "10.0.0.1"), Ok(Some((2, 1))));
        assert_eq!(check("sk_revoked", "10.0.0.1"), Ok(Some((2, 0))));
        assert!(check("sk_invented", "10.0.0.1").is_err());

        let no_limit = RateLimitSettings { per_secret_key_per_second: 0, ..settings };
        let limiter = RateLimiter::new(&no_limit).with_authenticator(known);
        let headers = HeaderMap::from_iter([(KEY_HEADER, HeaderValue::from_static("sk_first"))]);
        for _ in 0..100 {
            assert_eq!(limiter.check(&headers, peer("10.0.0.1")), Ok(None));
        }
    }

    #[test]
    fn forwarded_addresses_count_only_behind_a_trusted_proxy() {
        let headers = HeaderMap::from_iter([(FORWARDED_FOR, HeaderValue::from_static("6.6.6.6, 7.7.7.7, 8.8.8.8"))]);
        let address = |trusted| client_address(&headers, peer("10.0.0.1"), trusted).map(|address| address.to_string());
        assert_eq!(address(0).as_deref(), Some("10.0.0.1"));
        assert_eq!(address(1).as_deref(), Some("8.8.8.8"));
        assert_eq!(address(2).as_deref(), Some("7.7.7.7"));
        assert_eq!(address(9).as_deref(), Some("10.0.0.1"));
    }

    #[tokio::test]
    async fn the_refusal_says_when_to_come_back() {
        let limiter = Arc::new(RateLimiter::new(&slow_limits()));
        let app = Router::new().route("/", get(async || "fine")).layer(from_fn_with_state(limiter, limit_rate));
        let call = || {
            let mut request = Request::get("/").body(Body::empty()).expect("a request");
            request.extensions_mut().insert(ConnectInfo(peer("10.0.0.1").expect("a peer")));
            app.clone().oneshot(request)
        };
        let first = call().await.expect("a response");
        assert_eq!((first.status(), &first.headers()[LIMIT]), (StatusCode::OK, &HeaderValue::from(2)));
        call().await.expect("a response");
        let refused = call().await.expect("a response");
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[RETRY_AFTER], "1");
        assert_eq!(refused.headers()[REMAINING], "0");
    }
}
