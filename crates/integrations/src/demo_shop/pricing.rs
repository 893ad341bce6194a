//! Prices and stock of the demo shop.

pub(super) mod price {
    use coheron_core::change::PriceFacts;
    use coheron_core::money::Currency;
    use rand::Rng;
    use rand_chacha::ChaCha8Rng;

    use crate::demo_shop::assemble::Choice;

    /// What one product costs before its sizes have their say.
    pub(in crate::demo_shop) struct BasePrice {
        pub amount_minor: i64,
        /// How much is off, where something is.
        reduced_percent: Option<i64>,
        currency: Currency,
    }

    /// None only if `EUR` were no currency.
    pub(in crate::demo_shop) fn of_choice(rng: &mut ChaCha8Rng, choice: &Choice) -> Option<BasePrice> {
        let (low, high) = choice.product_type.price_eur;
        let plain_minor = i64::from(rng.random_range(low..=high)) * 100;
        let percent = i64::from(choice.material.price_percent);
        let measured_percent = choice.measure.map_or(100, |measure| i64::from(measure.price_percent));
        let amount_minor = rounded(plain_minor * percent / 100 * measured_percent / 100);
        let is_reduced = rng.random_range(0..100) < 16;
        let reduced_percent = is_reduced.then(|| [10, 15, 20, 25, 30, 40][rng.random_range(0..6)]);
        Some(BasePrice { amount_minor, reduced_percent, currency: Currency::parse("EUR").ok()? })
    }

    impl BasePrice {
        pub(in crate::demo_shop) fn for_size(&self, size_percent: u32) -> PriceFacts {
            let list = rounded(self.amount_minor * i64::from(size_percent) / 100);
            let reduced = self.reduced_percent.map(|percent| rounded(list * (100 - percent) / 100));
            match reduced {
                Some(amount) if amount < list => {
                    PriceFacts { currency: self.currency, amount_minor: amount, list_amount_minor: Some(list) }
                }
                _ => PriceFacts { currency: self.currency, amount_minor: list, list_amount_minor: None },
            }
        }
    }

    /// As shops write prices: half euros below 100, whole euros below 300, then steps of five.
    fn rounded(amount_minor: i64) -> i64 {
        let step = match amount_minor {
            ..10_000 => 50,
            10_000..30_000 => 100,
            _ => 500,
        };
        ((amount_minor + step / 2) / step * step).max(300)
    }

    #[cfg(test)]
    mod tests {
        use super::rounded;

        #[test]
        fn prices_are_round_and_never_nothing() {
            assert_eq!([1_812, 1_830, 24_349, 61_200, 10].map(rounded), [1_800, 1_850, 24_300, 61_000, 300]);
        }
    }
}

pub(super) mod stock {
    use coheron_core::change::StockFacts;
    use rand::Rng;
    use rand_chacha::ChaCha8Rng;

    /// Dear things are stocked in small numbers; one in twelve is sold out, one in nine is about to be.
    pub(in crate::demo_shop) fn of_sellable(rng: &mut ChaCha8Rng, amount_minor: i64) -> StockFacts {
        let most = match amount_minor {
            ..5_000 => 240,
            5_000..20_000 => 90,
            _ => 24,
        };
        let on_hand = match rng.random_range(0..100) {
            0..8 => 0,
            8..19 => rng.random_range(1..=5),
            _ => rng.random_range(6..=most),
        };
        StockFacts { on_hand, last_order_number: None }
    }
}
