//! Who reports: as much as is needed to count visitors, and no cookie.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use coheron_core::signature::SigningKey;
use coheron_core::web_event::Device;
use coheron_platform::rate_limit::client_address;

use super::state::CollectorState;

/// Address and user agent of a request. They leave this module as a digest only.
pub struct Visitor {
    address: Option<IpAddr>,
    user_agent: String,
}

/// 128 of the digest's 256 bits: enough that no two visitors meet.
const ID_CHARACTERS: usize = 32;

impl FromRequestParts<CollectorState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &CollectorState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            address: client_address(&parts.headers, peer, state.trusted_proxies),
            user_agent: user_agent.to_owned(),
        })
    }
}

impl Visitor {
    pub fn device(&self) -> Device {
        Device::of_user_agent(&self.user_agent)
    }

    /// The same all day, another one tomorrow: the key is of one site and one day.
    pub fn id(&self, day_key: &SigningKey) -> String {
        let address = self.address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
        let mut id = day_key.sign("visitor", &format!("{address}\n{}", self.user_agent));
        id.truncate(ID_CHARACTERS);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(address: &str, user_agent: &str) -> Visitor {
        Visitor { address: address.parse().ok(), user_agent: user_agent.to_owned() }
    }

    #[test]
    fn a_visitor_is_known_by_address_user_agent_and_day() {
        let today = SigningKey::new(b"today".to_vec());
        let id = visitor("10.0.0.1", "Firefox").id(&today);
        assert_eq!(id.len(), ID_CHARACTERS);
        assert_eq!(id, visitor("::ffff:10.0.0.1", "Firefox").id(&today), "one address in two spellings");
        assert_ne!(id, visitor("10.0.0.2", "Firefox").id(&today));
        assert_ne!(id, visitor("10.0.0.1", "Chrome").id(&today));
        assert_ne!(id, visitor("10.0.0.1", "Firefox").id(&SigningKey::new(b"tomorrow".to_vec())));
    }
}
