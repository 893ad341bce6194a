//! Rate limits through the whole middleware, over connections as callers make them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use coheron_store::api_keys::ApiKeyKind;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::problem::PROBLEM_JSON;
use super::{HttpSettings, problem_fallbacks, surround};
use crate::auth::{KEY_HEADER, test_keys};
use crate::health::{HealthChecks, health_router};
use crate::rate_limit::{RateLimitSettings, RateLimiter};
use crate::shutdown;

/// Known to the server.
const SECRET_KEY: &str = "sk_known";
/// One request a second is given back, and this many take less than as many seconds.
const ENOUGH_REQUESTS: usize = 100;

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let server = start().await;
    let first = ask(server, "/ok", None).await;
    assert_eq!((first.status, first.body.as_str()), (200, "fine"));
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("2", "1"));
    assert_eq!(first.header("ratelimit-reset"), "1");

    let refused = ask_until_refused(server, None).await;
    assert_eq!(refused.header("content-type"), PROBLEM_JSON);
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-reset")), ("1", "1"));
    assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), ("2", "0"));
    let problem: Value = serde_json::from_str(&refused.body).expect("json");
    assert_eq!((&problem["code"], &problem["status"]), (&Value::from("rate_limited"), &Value::from(429)), "{problem}");
    assert_eq!(problem["instance"], format!("/ok#{}", refused.header("x-request-id")));
}

#[tokio::test]
async fn a_secret_key_that_asks_too_often_leaves_the_share_of_its_address_alone() {
    let server = start().await;
    let refused = ask_until_refused(server, Some(SECRET_KEY)).await;
    assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), ("3", "0"));
    assert_eq!(refused.header("retry-after"), "1");
    let without_key = ask(server, "/ok", None).await;
    assert_eq!((without_key.status, without_key.header("ratelimit-remaining")), (200, "1"));
}

#[tokio::test]
async fn supervisors_and_collectors_of_metrics_are_answered_when_their_address_has_nothing_left() {
    let server = start().await;
    for path in ["/health/live", "/health/ready", "/metrics"] {
        ask_until_refused(server, None).await;
        let answer = ask(server, path, None).await;
        assert_eq!((answer.status, answer.header("ratelimit-limit")), (200, ""), "{path}");
    }
}

/// A server that gives an address two requests at once, a secret key three, and one more each second.
async fn start() -> SocketAddr {
    let authenticator = test_keys::authenticator();
    authenticator.remember(SECRET_KEY, Some(test_keys::key(1, ApiKeyKind::Secret, &[])));
    let limits = RateLimitSettings {
        per_ip_per_second: 1,
        per_ip_burst: 2,
        per_secret_key_per_second: 1,
        per_secret_key_burst: 3,
        trusted_proxies: 0,
    };
    let limiter = Arc::new(RateLimiter::new(&limits).with_authenticator(authenticator));
    let routes = Router::new().route("/ok", get(async || "fine")).route("/metrics", get(async || "probes_total 1"));
    let routes = routes.merge(health_router(HealthChecks::new()));
    let router = surround(problem_fallbacks(routes), &HttpSettings::default(), limiter);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(shutdown::serve(listener, router, CancellationToken::new(), Duration::ZERO));
    address
}

/// The first answer that is a refusal; all before it are right.
async fn ask_until_refused(server: SocketAddr, key: Option<&str>) -> Answer {
    for _ in 0..ENOUGH_REQUESTS {
        let answer = ask(server, "/ok", key).await;
        if answer.status == 429 {
            return answer;
        }
        assert_eq!((answer.status, answer.body.as_str()), (200, "fine"));
    }
    panic!("none of {ENOUGH_REQUESTS} requests was refused");
}

/// A request on a connection of its own.
async fn ask(server: SocketAddr, path: &str, key: Option<&str>) -> Answer {
    let key_line = key.map_or_else(String::new, |key| format!("{KEY_HEADER}: {key}\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{key_line}\r\n");
    let mut connection = TcpStream::connect(server).await.expect("a connection");
    connection.write_all(request.as_bytes()).await.expect("sent");
    let mut text = String::new();
    connection.read_to_string(&mut text).await.expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}
