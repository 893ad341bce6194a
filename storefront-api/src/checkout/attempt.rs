//! A request to buy a cart, as it is told from others.

use coheron_platform::http::{ApiResult, Problem};
use sha2::{Digest, Sha256};

use crate::shapes::checkout::CheckoutRequest;

pub struct Attempt<'a> {
    pub request: &'a CheckoutRequest,
    /// Of what is asked for: a request that asks for the same continues an open checkout, another one replaces it.
    pub request_hash: [u8; 32],
    /// Of what is asked for and the key: the same attempt is never made twice once it led to an order.
    pub attempt_hash: [u8; 32],
    /// A key stands for one intent: once it was refused, the attempt is not made again under it.
    pub has_key: bool,
}

impl<'a> Attempt<'a> {
    pub fn new(request: &'a CheckoutRequest, idempotency_key: Option<&str>) -> ApiResult<Self> {
        let bytes = serde_json::to_vec(request).map_err(|_| Problem::internal())?;
        let request_hash: [u8; 32] = Sha256::digest(bytes).into();
        let attempt = Sha256::new().chain_update(request_hash).chain_update(idempotency_key.unwrap_or_default());
        let (attempt_hash, has_key) = (attempt.finalize().into(), idempotency_key.is_some());
        Ok(Self { request, request_hash, attempt_hash, has_key })
    }
}
