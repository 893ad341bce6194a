//! What the database says at the end: orders, pieces, charges.

use std::collections::BTreeMap;

use crate::report::Section;
use crate::system::System;

use super::goods::Goods;

pub struct Books {
    orders: i64,
    last_number_minus_first: i64,
    wrong_totals: i64,
    orders_without_payment: i64,
    sold: BTreeMap<String, i64>,
}

const COUNT: &str = "SELECT count(*), coalesce(max(number) - min(number) + 1, 0) FROM website_orders";
const WRONG_TOTALS: &str = "SELECT count(*) FROM website_orders o WHERE
    o.total_minor <> o.subtotal_minor - o.discount_minor + o.shipping_minor
        + CASE o.tax_mode WHEN 'added' THEN o.tax_minor ELSE 0 END
    OR o.subtotal_minor <> (SELECT sum(i.line_total_minor) FROM website_order_items i
        WHERE i.site_id = o.site_id AND i.order_id = o.id)";
const WITHOUT_PAYMENT: &str = "SELECT count(*) FROM website_orders WHERE payment_status <> 'paid'";
const SOLD: &str = "SELECT sku, sum(quantity)::bigint FROM website_stock_ledger GROUP BY sku";

impl Books {
    pub async fn read(system: &System) -> anyhow::Result<Self> {
        let pool = system.database.pipeline();
        let (orders, last_number_minus_first): (i64, i64) = sqlx::query_as(COUNT).fetch_one(pool).await?;
        let sold: Vec<(String, i64)> = sqlx::query_as(SOLD).fetch_all(pool).await?;
        Ok(Self {
            orders,
            last_number_minus_first,
            wrong_totals: sqlx::query_scalar(WRONG_TOTALS).fetch_one(pool).await?,
            orders_without_payment: sqlx::query_scalar(WITHOUT_PAYMENT).fetch_one(pool).await?,
            sold: sold.into_iter().collect(),
        })
    }

    /// The ERP told its stock once, before the first order, so what it told is all there is to sell.
    pub fn compare(&self, goods: &Goods) -> Section {
        let on_hand: BTreeMap<&str, i64> = goods.items.iter().map(|item| (item.sku.as_str(), item.on_hand)).collect();
        let oversold: i64 =
            self.sold.iter().map(|(sku, sold)| (sold - on_hand.get(sku.as_str()).copied().unwrap_or(0)).max(0)).sum();
        let sold_out =
            self.sold.iter().filter(|(sku, sold)| on_hand.get(sku.as_str()).is_some_and(|pieces| pieces == *sold));
        let mut section = Section::new("Books at the end");
        let count = |value: i64| u64::try_from(value).unwrap_or(u64::MAX);
        section.count("orders", count(self.orders), "");
        section.count("numbers between the first and the last of them", count(self.last_number_minus_first), "");
        section.count("pieces sold", count(self.sold.values().sum()), "");
        section.count("SKUs sold to the last piece", sold_out.count().try_into().unwrap_or(u64::MAX), "");
        section.count("pieces oversold", count(oversold), "");
        section.count("orders with a wrong total", count(self.wrong_totals), "");
        section.count("orders that are not paid", count(self.orders_without_payment), "");
        section
    }
}
