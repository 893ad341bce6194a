//! The answers of one measurement, by endpoint.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::latencies::Latencies;
use crate::report::Section;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    Product,
    Search,
    Listing,
    ProductPage,
    CreateCart,
    AddItem,
    ChangeItem,
    CheckOut,
}

/// What an answer was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Fine,
    /// Refused, rightly, since there were not enough pieces left.
    SoldOut,
    /// Not finished within the request; a job finishes it.
    Pending,
    /// Told to come back later.
    Busy,
    /// An amount that is not what the prices give.
    WrongTotal,
    Failed,
}

#[derive(Debug, Clone, Copy)]
pub struct Answered {
    pub endpoint: Endpoint,
    pub outcome: Outcome,
    pub took: Duration,
}

#[derive(Default)]
pub struct Tally {
    fine: BTreeMap<Endpoint, Latencies>,
    failed: BTreeMap<Endpoint, u64>,
    sold_out: u64,
    pending: u64,
    busy: u64,
    wrong_totals: u64,
}

impl Endpoint {
    fn name(self) -> &'static str {
        match self {
            Self::Product => "GET /products/{sku}",
            Self::Search => "GET /search",
            Self::Listing => "GET /products of a category, with facets",
            Self::ProductPage => "product page of the website, first byte",
            Self::CreateCart => "POST /cart",
            Self::AddItem => "POST /cart/{id}/items",
            Self::ChangeItem => "PUT /cart/{id}/items/{id}",
            Self::CheckOut => "POST /checkout",
        }
    }
}

impl Tally {
    pub fn add(&mut self, answered: Answered) -> anyhow::Result<()> {
        match answered.outcome {
            Outcome::Fine => {
                use std::collections::btree_map::Entry;
                let latencies = match self.fine.entry(answered.endpoint) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(Latencies::new()?),
                };
                latencies.record(answered.took);
            }
            Outcome::SoldOut => self.sold_out += 1,
            Outcome::Pending => self.pending += 1,
            Outcome::Busy => self.busy += 1,
            Outcome::WrongTotal => self.wrong_totals += 1,
            Outcome::Failed => *self.failed.entry(answered.endpoint).or_default() += 1,
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    pub fn report(&self, section: &mut Section, elapsed_seconds: f64) {
        section.latencies.extend(self.fine.iter().map(|(endpoint, latencies)| latencies.row(endpoint.name())));
        let answers: u64 = self.fine.values().map(Latencies::count).sum();
        section.figure("answers per second", answers as f64 / elapsed_seconds, "1/s");
        if let Some(orders) = self.fine.get(&Endpoint::CheckOut) {
            section.figure("orders per second", orders.count() as f64 / elapsed_seconds, "1/s");
        }
        section.count("refused as sold out", self.sold_out, "");
        section.count("checkouts left to the job", self.pending, "");
        section.count("told to come back later (503)", self.busy, "");
        section.count("wrong totals", self.wrong_totals, "");
        section.count("failed requests", self.failed.values().sum(), "");
        for (endpoint, count) in &self.failed {
            section.count(format!("failed: {}", endpoint.name()), *count, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_by_endpoint_and_faults_apart() {
        let mut tally = Tally::default();
        let took = Duration::from_millis(4);
        for outcome in [Outcome::Fine, Outcome::Fine, Outcome::SoldOut, Outcome::WrongTotal, Outcome::Failed] {
            tally.add(Answered { endpoint: Endpoint::CheckOut, outcome, took }).expect("added");
        }
        let mut section = Section::new("part");
        tally.report(&mut section, 2.0);
        assert_eq!((section.latencies.len(), section.latencies[0].count), (1, 2));
        let value = |name: &str| section.figures.iter().find(|figure| figure.name == name).map(|figure| figure.value);
        assert_eq!(value("orders per second"), Some(1.0));
        assert_eq!(value("refused as sold out"), Some(1.0));
        assert_eq!(value("wrong totals"), Some(1.0));
        assert_eq!(value("failed: POST /checkout"), Some(1.0));
    }
}
