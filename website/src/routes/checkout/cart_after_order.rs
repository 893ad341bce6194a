//! What the browser keeps of its cart once an order is placed.

use chrono::{DateTime, Utc};
use coheron_storefront_api::CartAccess;
use coheron_storefront_api::shapes::cart::Cart;

use crate::cart_cookie::{forget_cart, keep_cart};
use crate::cookies::NewCookie;
use crate::page_error::PageError;
use crate::routes::cart::load_cart;
use crate::state::WebsiteState;
use crate::view::cart::pieces;
use crate::visit::Visit;

/// `visit` is the browser's own: the form that was bought may carry another cart.
pub async fn cart_after_order(state: &WebsiteState, visit: &Visit) -> Vec<NewCookie> {
    let left = load_cart(state, visit).await;
    cookies_for(visit.cart.as_ref(), left, (state.clock)())
}

/// A cart that still lives was begun during the payment, or got more lines then; it may have the id of the cart that
/// was bought. Where nobody knows, nothing is forgotten: the page of the cart finds out.
fn cookies_for(
    access: Option<&CartAccess>,
    left: Result<Option<Cart>, PageError>,
    now: DateTime<Utc>,
) -> Vec<NewCookie> {
    let Some(access) = access else { return Vec::new() };
    match left {
        Ok(Some(cart)) => keep_cart(access, pieces(&cart), cart.expires_at, now).into(),
        Ok(None) => forget_cart().into(),
        Err(error) => {
            tracing::warn!(%error, "what is left of a cart after its order cannot be read");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::ids::CartId;
    use uuid::Uuid;

    use super::*;
    use crate::view::sample;

    fn access() -> CartAccess {
        CartAccess { cart_id: CartId(Uuid::from_u128(42)), token: "ct_ab12".to_owned() }
    }

    #[test]
    fn lines_that_came_during_the_payment_stay_under_the_same_cart() {
        let kept = cookies_for(Some(&access()), Ok(Some(sample::cart())), sample::now());
        let values: Vec<&str> = kept.iter().map(|cookie| cookie.value.as_str()).collect();
        assert_eq!(values, [crate::cart_cookie::cart_text(&access()).as_str(), "3"]);
    }

    #[test]
    fn a_cart_that_is_bought_whole_is_forgotten() {
        assert_eq!(cookies_for(Some(&access()), Ok(None), sample::now()), forget_cart());
    }

    #[test]
    fn nothing_is_forgotten_where_nothing_is_known() {
        let unknown = Err(PageError::Refused { code: "store_unavailable" });
        assert!(cookies_for(Some(&access()), unknown, sample::now()).is_empty());
        assert!(cookies_for(None, Ok(None), sample::now()).is_empty());
    }
}
