//! Temporary.
use coheron_integrations::demo_shop::{DemoShop, pictures};
fn main() {
    let shop = DemoShop::generate(1);
    let mut kinds: Vec<String> = Vec::new();
    let colours = ["sage", "terracotta", "navy", "chalk"];
    for product in &shop.products {
        let kind = product.facts.images[0]
            .url
            .trim_start_matches("/demo-pictures/")
            .split('-')
            .next()
            .unwrap_or("")
            .to_owned();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let from: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(0);
    let mode = std::env::args().nth(2).unwrap_or_default();
    if mode == "text" {
        for product in shop.products.iter().step_by(53) {
            println!(
                "{} | {} | {:?}\n  {}\n  {:?} {:?} n={}",
                product.sku,
                product.facts.name,
                product.facts.brand,
                product.facts.description,
                product.facts.attributes,
                product.prices[0],
                product.facts.variants.len()
            );
        }
        println!(
            "{} products {} variants",
            shop.products.len(),
            shop.products.iter().map(|p| p.facts.variants.len()).sum::<usize>()
        );
        return;
    }
    println!(
        "<style>body{{margin:0;display:grid;grid-template-columns:repeat(8,1fr);gap:6px;font:10px sans-serif}}img{{width:100%;display:block}}</style>"
    );
    for kind in kinds.iter().skip(from).take(20) {
        for n in 0..4 {
            let path = format!("/demo-pictures/{kind}-{}-{}.svg", colours[n], (n as u32 * 37 + 11) * 10);
            let svg = pictures::draw(&path).unwrap_or_default();
            let file = format!("/tmp/sheet-{}-{n}.svg", kind);
            std::fs::write(&file, svg).expect("write");
            println!("<div><img src='file://{file}'>{kind}</div>");
        }
    }
}
