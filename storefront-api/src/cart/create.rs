//! A new cart.

use coheron_core::ids::CartId;
use coheron_platform::http::ApiResult;
use coheron_store::carts::{self, CartRow};
use coheron_store::sites::Site;
use uuid::Uuid;

use super::change::add_item;
use super::opened::expiry;
use super::token::NewToken;
use super::view::view_cart;
use crate::shapes::cart::{Cart, NewCartItem};
use crate::storefront::Storefront;

pub async fn create_cart(storefront: &Storefront, site: &Site, items: &[NewCartItem]) -> ApiResult<Cart> {
    let token = NewToken::generate();
    let id = CartId(Uuid::now_v7());
    let expires_at = expiry(&storefront.cart_settings, (storefront.clock)());
    let mut transaction = storefront.database.begin_site(site.id).await?;
    carts::insert(&mut transaction, id, &token.hash, expires_at).await?;
    for (index, wanted) in items.iter().enumerate() {
        let added = add_item(&mut transaction, id, wanted).await;
        added.map_err(|problem| problem.within(&format!("items[{index}]")))?;
    }
    let row = CartRow { id: id.0, version: 1, token_hash: token.hash.to_vec(), expires_at };
    let cart = view_cart(&mut transaction, site, &storefront.cart_settings, &row).await?;
    transaction.commit().await?;
    Ok(Cart { token: Some(token.text), ..cart })
}
