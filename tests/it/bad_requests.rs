//! Bad requests are answered with problems that name the field.

use coheron_testkit::{TestShop, run};
use serde_json::Value;

#[test]
fn problems_name_the_field_and_carry_a_stable_code() {
    run(async {
        let shop = TestShop::start().await?;
        for (path, field) in [
            ("/products?limit=0", "limit"),
            ("/products?limit=101", "limit"),
            ("/products?sort=cheapest", "sort"),
            ("/products?price_min=-1", "price_min"),
            ("/products?price_min=5&price_max=1", "price_max"),
            ("/products?colour=red", "colour"),
            ("/products?cursor=nonsense", "cursor"),
            ("/products?limit=1&limit=2", "limit"),
            ("/search?sort=name&sort=price", "sort"),
            ("/search/suggest?q=a&q=b", "q"),
            ("/search?q=a&in_stock=maybe", "in_stock"),
            ("/products/%ff", "sku"),
        ] {
            let answer = shop.get(path).await?;
            assert_eq!(answer.status(), 400, "{path}");
            let media_type = answer.headers()["content-type"].to_str()?.to_owned();
            assert!(media_type.starts_with("application/problem+json"), "{path}: {media_type}");
            let problem: Value = answer.json().await?;
            assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
            assert!(problem["code"].is_string() && problem["title"].is_string(), "{path}: {problem}");
        }
        let all = "/products?cursor=nonsense&fields=sku,prise&limit=0&colour=red";
        let problem: Value = shop.get(all).await?.json().await?;
        let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fields: Vec<&Value> = errors.iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["limit", "colour", "fields", "cursor"], "{problem}");
        let unknown = shop.get("/products/NO-SUCH-SKU").await?;
        assert_eq!(unknown.status(), 404);
        let problem: Value = unknown.json().await?;
        assert!(problem["code"].is_string(), "{problem}");
        let nowhere: Value = shop.get("/no/such/path").await?.json().await?;
        assert_eq!(nowhere["status"], 404, "{nowhere}");
        let (status, page) = shop.page("/no/such/page").await?;
        assert_eq!(status, 404);
        assert!(page.contains("<html"), "the website has a page of its own for this");
        Ok(())
    });
}
