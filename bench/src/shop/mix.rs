//! What shoppers do, in shares.

use std::pin::Pin;
use std::sync::Arc;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use super::shopper::Shopper;
use super::tally::Answered;

/// The shares of `Mix::next` in words.
pub const MIX: &str = "80 % reads: 25 % products, 25 % searches, 15 % listings, 15 % product pages of the website; \
     20 % writes: 7 % new carts, 6 % items added, 4 % items changed, 3 % checkouts";

/// Pieces that an item must have had at the start to be bought: the mix is not about the last ones.
const PIECES: i64 = 5;

pub type Request = Pin<Box<dyn Future<Output = Answered> + Send>>;
pub type Work = Box<dyn FnOnce(Instant) -> Request>;

/// An endless mix of requests, the same for the same seed but for the carts, which come as they are answered.
pub struct Mix {
    shopper: Arc<Shopper>,
    rng: ChaCha8Rng,
}

impl Mix {
    pub fn new(shopper: Arc<Shopper>, seed: u64) -> Self {
        Self { shopper, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The next request, ready to be sent at the time that is given to it.
    pub fn next(&mut self) -> Work {
        let shopper = Arc::clone(&self.shopper);
        let rng = &mut self.rng;
        let goods = shopper.goods();
        let chosen = |texts: &[String], rng: &mut ChaCha8Rng| texts.choose(rng).cloned().unwrap_or_default();
        match rng.random_range(0..100) {
            0..25 => {
                let sku = chosen(&goods.product_skus, rng);
                Box::new(move |due| Box::pin(async move { shopper.read_product(due, &sku).await }))
            }
            25..50 => {
                let query = goods.query(rng);
                Box::new(move |due| Box::pin(async move { shopper.search(due, &query).await }))
            }
            50..65 => {
                let category = chosen(&goods.categories, rng);
                Box::new(move |due| Box::pin(async move { shopper.list(due, &category).await }))
            }
            65..80 => {
                let path = chosen(&goods.pages, rng);
                Box::new(move |due| Box::pin(async move { shopper.open_page(due, &path).await }))
            }
            share => {
                let sku = goods.plentiful(rng, PIECES).map(|item| item.sku.clone()).unwrap_or_default();
                Box::new(move |due| Box::pin(async move { shopper.write(due, share, sku).await }))
            }
        }
    }
}
