//! Handlers name what they need: a site, or a secret key with a scope.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use coheron_core::ids::SiteId;
use coheron_store::api_keys::ApiKey;
use coheron_store::sites::Site;

use super::authenticator::Authenticator;
use super::scopes::covers;
use super::site_resolver::{SiteResolver, host_name};
use crate::http::Problem;

/// The site of the request's key, or of the domain it was sent to. For what shoppers may read.
#[derive(Debug, Clone)]
pub struct PublishableSite(pub Arc<Site>);

/// The site of the domain the request was sent to. For pages.
#[derive(Debug, Clone)]
pub struct CurrentSite(pub Arc<Site>);

/// A valid secret key. Handlers call `require` before anything else.
#[derive(Debug, Clone)]
pub struct SecretKey(pub Arc<ApiKey>);

impl<S> FromRequestParts<S> for PublishableSite
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // A middleware may have found the site already.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let found = Self(Authenticator::from_ref(state).site_of(parts).await?);
        parts.extensions.insert(found.clone());
        Ok(found)
    }
}

impl<S> FromRequestParts<S> for CurrentSite
where
    S: Send + Sync,
    SiteResolver: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let site = match host_name(&parts.headers, &parts.uri) {
            Some(domain) => SiteResolver::from_ref(state).by_domain(&domain).await?,
            None => None,
        };
        let found =
            Self(site.ok_or_else(|| Problem::not_found("unknown_site", "no site is served under this host name"))?);
        parts.extensions.insert(found.clone());
        Ok(found)
    }
}

impl<S> FromRequestParts<S> for SecretKey
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Authenticator::from_ref(state).secret_key_of(parts).await.map(Self)
    }
}

impl SecretKey {
    pub fn site_id(&self) -> SiteId {
        self.0.site_id
    }

    /// 403 unless the key has the scope, one of `KNOWN_SCOPES`, by itself or within another one.
    pub fn require(&self, scope: &str) -> Result<(), Problem> {
        if self.0.scopes.iter().any(|granted| covers(granted, scope)) {
            return Ok(());
        }
        Err(Problem::missing_scope(scope))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::WWW_AUTHENTICATE;
    use axum::http::{Request, StatusCode};
    use axum::response::IntoResponse;
    use coheron_store::api_keys::ApiKeyKind;

    use super::*;
    use crate::auth::KEY_HEADER;
    use crate::auth::test_keys::{authenticator, key};

    fn parts_with(key: Option<&str>) -> Parts {
        let mut request = Request::get("/");
        if let Some(key) = key {
            request = request.header(KEY_HEADER, key);
        }
        request.body(Body::empty()).expect("a request").into_parts().0
    }

    #[tokio::test]
    async fn missing_unknown_and_publishable_keys_are_401_where_a_secret_is_needed() {
        let authenticator = authenticator();
        authenticator.remember("sk_unknown", None);
        authenticator.remember("pk_known", Some(key(7, ApiKeyKind::Publishable, &[])));
        for (presented, code) in
            [(None, "missing_key"), (Some("sk_unknown"), "unknown_key"), (Some("pk_known"), "secret_key_required")]
        {
            let problem =
                SecretKey::from_request_parts(&mut parts_with(presented), &authenticator).await.expect_err("a problem");
            assert_eq!(problem.code(), code);
            let response = problem.into_response();
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert!(response.headers().contains_key(WWW_AUTHENTICATE));
        }
    }

    #[tokio::test]
    async fn scopes_are_required_by_name_or_by_area() {
        let authenticator = authenticator();
        authenticator.remember("sk_known", Some(key(7, ApiKeyKind::Secret, &["sync:*", "pages:read"])));
        let secret =
            SecretKey::from_request_parts(&mut parts_with(Some("sk_known")), &authenticator).await.expect("a key");
        for granted in ["sync:write", "sync:read", "pages:read"] {
            assert!(secret.require(granted).is_ok(), "{granted}");
        }
        for refused in ["pages:write", "synchronise:write", "orders:read"] {
            let problem = secret.require(refused).expect_err("a problem");
            assert_eq!((problem.status(), problem.code()), (StatusCode::FORBIDDEN, "missing_scope"));
            assert_eq!(problem.errors()[0].message, refused);
        }
    }

    #[tokio::test]
    async fn a_request_without_key_and_host_belongs_to_no_site() {
        let problem =
            PublishableSite::from_request_parts(&mut parts_with(None), &authenticator()).await.expect_err("a problem");
        assert_eq!((problem.status(), problem.code()), (StatusCode::UNAUTHORIZED, "missing_key"));
    }
}
