//! What the endpoints that change a cart share: once per idempotency key, answer and change in one transaction.

use axum::Json;
use axum::response::{IntoResponse, Response};
use coheron_platform::http::idempotency::{IdempotencyMode, IdempotencyScope, IdempotentRequest, IdempotentRun};
use coheron_platform::http::{ApiResult, Problem};
use coheron_store::sites::Site;

use crate::cart::access::CartAccess;
use crate::cart::change::{CartChange, change_cart_in};
use crate::cart::opened::open;
use crate::state::StorefrontApiState;

pub async fn answer_change(
    state: StorefrontApiState,
    site: &Site,
    access: CartAccess,
    request: IdempotentRequest,
    change: CartChange,
) -> ApiResult<Response> {
    let storefront = state.storefront;
    if request.has_key() {
        // The token is checked before an earlier answer may be replayed.
        let mut transaction = storefront.database.begin_site(site.id).await?;
        open(&mut transaction, &access).await?;
        transaction.commit().await?;
    }
    let scope = IdempotencyScope::new(site.id, change.operation(), access.cart_id);
    let (database, site) = (storefront.database.clone(), site.clone());
    let work = move |run: IdempotentRun| async move {
        let mut transaction = storefront.database.begin_site(site.id).await?;
        let cart = change_cart_in(&storefront, &mut transaction, &site, &access, &change).await?;
        let response = run.complete_in(&mut transaction, Json(cart).into_response()).await?;
        transaction.commit().await?;
        Ok::<Response, Problem>(response)
    };
    request.answer_once(&database, scope, IdempotencyMode::Optional, work).await
}
