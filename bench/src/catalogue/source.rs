//! Where the catalogue comes from: a product feed, or the generated demo shop.

use std::path::PathBuf;

use coheron_core::money::Currency;
use coheron_integrations::demo_shop::DemoShop;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_integrations::product_feed::load_catalogue;

use crate::report::Parameter;
use crate::system::progress;

/// The seed of the generated shop: two runs measure the same.
const DEMO_SEED: u64 = 1;

#[derive(Debug, clap::Args)]
pub struct CatalogueArguments {
    /// Product feed, JSONL or CSV, plain or .zst; without one the generated demo shop is used.
    #[arg(long)]
    feed: Option<PathBuf>,
    /// Only this many products.
    #[arg(long)]
    products: Option<usize>,
}

impl CatalogueArguments {
    pub fn read(&self) -> anyhow::Result<ErpCatalogue> {
        let mut catalogue = match &self.feed {
            Some(path) => {
                let loaded = load_catalogue(path, |problem| progress(&format!("left out: {problem}")))?;
                loaded.catalogue
            }
            None => ErpCatalogue::from(DemoShop::generate(DEMO_SEED)),
        };
        if let Some(most) = self.products {
            catalogue.products.truncate(most);
        }
        Ok(catalogue)
    }

    pub fn parameters(&self, catalogue: &ErpCatalogue) -> Vec<Parameter> {
        // The name alone: where a feed lies on this machine says nothing about the figures.
        let name = self.feed.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        vec![
            Parameter { name: "catalogue", value: name.unwrap_or_else(|| "demo shop".to_owned()) },
            Parameter { name: "products", value: catalogue.products.len().to_string() },
            Parameter { name: "categories", value: catalogue.categories.len().to_string() },
        ]
    }
}

/// The currency of the first price; a site has one.
pub fn currency_of(catalogue: &ErpCatalogue) -> Option<Currency> {
    catalogue.products.iter().flat_map(|product| &product.prices).map(|(_, price)| price.currency).next()
}
