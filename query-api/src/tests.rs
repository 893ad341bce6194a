//! The endpoints over HTTP, with a search that is a fake and without a database.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, RETRY_AFTER};
use coheron_core::ports::{
    CatalogueObserver, CategorySuggestion, FacetValue, ProductSuggestion, SearchHit, SearchPage, Suggestions,
};
use coheron_core::product_query::{FacetRequest, Sort};
use coheron_core::sku::Sku;
use coheron_platform::http::ProblemBody;
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::shapes::product_list::{ProductList, SearchResult};
use crate::shapes::suggestions::SuggestionLists;
use crate::test_app::{FakeSearch, SITE, TestApp};

fn two_hits_of_thirty() -> FakeSearch {
    let hit = |sku: &str| SearchHit {
        document_json: format!("{{\"sku\":\"{sku}\",\"name\":\"Mug\",\"price\":null}}"),
        highlight: IndexMap::from([("name".to_owned(), "<mark>Mug</mark>".to_owned())]),
    };
    let brand = FacetValue { value: "Verd".to_owned(), label: "Verd".to_owned(), count: 3, selected: true };
    FakeSearch {
        page: SearchPage {
            hits: vec![hit("A"), hit("B")],
            total: 30,
            facets: IndexMap::from([("brand".to_owned(), vec![brand])]),
            price_range_minor: Some((100, 900)),
            did_you_mean: Some("mug".to_owned()),
        },
        ..FakeSearch::default()
    }
}

#[tokio::test]
async fn a_product_list_has_every_member_of_the_contract() {
    let app = TestApp::new(two_hits_of_thirty());
    let answer = app.get("/api/v1/products?brand=Verd&facets=brand&limit=2&sort=-price&filter[colour]=Moss,Sand").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json");
    assert_eq!(
        answer.body["items"],
        json!([{"sku": "A", "name": "Mug", "price": null}, {"sku": "B", "name": "Mug", "price": null}])
    );
    assert_eq!(answer.body["total"], 30);
    assert_eq!(
        answer.body["facets"]["brand"][0],
        json!({"value": "Verd", "label": "Verd", "count": 3, "selected": true})
    );
    assert_eq!(answer.body["price_range_minor"], json!({"min": 100, "max": 900}));
    assert_eq!(answer.body["applied"]["sort"], "-price");
    assert_eq!(answer.body["applied"]["filter"], json!({"colour": ["Moss", "Sand"]}));
    assert!(answer.body["took_ms"].is_number() && answer.body["query_id"].is_string());
    assert!(answer.body.get("did_you_mean").is_none());
    let questions = app.search.questions.lock().expect("questions");
    assert_eq!((questions[0].sort, questions[0].limit), (Sort::PriceDescending, 2));
    assert_eq!(questions[0].facets, FacetRequest::Keys(vec!["brand".to_owned()]));
}

#[tokio::test]
async fn a_search_adds_highlights_the_correction_and_rules() {
    let app = TestApp::new(two_hits_of_thirty());
    let answer = app.get("/api/v1/search?q=mugg&fields=sku").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["items"][1], json!({"sku": "B", "highlight": {"name": "<mark>Mug</mark>"}}));
    assert_eq!(answer.body["did_you_mean"], "mug");
    assert_eq!(answer.body["applied_rules"], json!([]));
    assert_eq!(answer.body["applied"]["q"], "mugg");
}

#[tokio::test]
async fn the_cursor_continues_its_own_question_only() {
    let app = TestApp::new(two_hits_of_thirty());
    let first = app.get("/api/v1/products?q=mug&limit=2").await;
    let cursor = first.body["next_cursor"].as_str().expect("a cursor").to_owned();
    let second = app.get(&format!("/api/v1/products?q=mug&limit=2&cursor={cursor}")).await;
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(app.search.questions.lock().expect("questions")[1].offset, 2);
    let other = app.get(&format!("/api/v1/products?q=cup&cursor={cursor}")).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert_eq!((&other.body["code"], &other.body["errors"][0]["field"]), (&json!("cursor_mismatch"), &json!("cursor")));
}

#[tokio::test]
async fn bad_requests_name_their_fields() {
    let app = TestApp::new(FakeSearch::default());
    for (path, field) in [
        ("/api/v1/products?limit=0", "limit"),
        ("/api/v1/products?colour=Moss", "colour"),
        ("/api/v1/products?fields=prise", "fields"),
        ("/api/v1/products?cursor=zzz", "cursor"),
        ("/api/v1/products?limit=1&limit=2", "limit"),
        ("/api/v1/search/suggest?q=a&q=b", "q"),
        ("/api/v1/search?price_min=-1", "price_min"),
        ("/api/v1/search/suggest", "q"),
        ("/api/v1/products/A?expand=all", "expand"),
        ("/api/v1/products/A/variants?limit=2", "limit"),
        ("/api/v1/categories?depth=2", "depth"),
        ("/api/v1/categories/c?depth=2", "depth"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json", "{path}");
        assert_eq!(answer.body["errors"][0]["field"], field, "{path}");
    }
    assert_eq!(app.search.question_count(), 0);
}

#[tokio::test]
async fn a_list_is_kept_until_a_product_changes() {
    let app = TestApp::new(two_hits_of_thirty());
    let first = app.get("/api/v1/products").await;
    let tag = first.headers[ETAG].to_str().expect("a tag").to_owned();
    let again = app.get("/api/v1/products").await;
    assert_eq!(app.search.question_count(), 1);
    assert_ne!(first.body["query_id"], again.body["query_id"], "each answer has its own id");
    assert_eq!(again.headers[ETAG], *tag);
    let known = app.get_if_none_match("/api/v1/products", &tag).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    app.generations.products_changed(SITE, &[Sku::parse("Z").expect("a SKU")]);
    app.get("/api/v1/products").await;
    assert_eq!(app.search.question_count(), 2);
}

#[tokio::test]
async fn a_search_or_suggestions_that_the_caller_has_are_not_sent_again() {
    let suggestions = Suggestions { queries: vec!["mug".to_owned()], ..Suggestions::default() };
    let app = TestApp::new(FakeSearch { suggestions, ..two_hits_of_thirty() });
    for path in ["/api/v1/search?q=mug", "/api/v1/search/suggest?q=mu"] {
        let first = app.get(path).await;
        let tag = first.headers[ETAG].to_str().expect("a tag");
        let known = app.get_if_none_match(path, tag).await;
        assert_eq!((known.status, &known.headers[ETAG]), (StatusCode::NOT_MODIFIED, &first.headers[ETAG]), "{path}");
        assert_eq!(known.headers[CACHE_CONTROL], first.headers[CACHE_CONTROL], "{path}");
        assert_eq!(known.body, Value::Null, "{path}");
        let outdated = app.get_if_none_match(path, "W/\"outdated\"").await;
        assert_eq!((outdated.status, &outdated.headers[ETAG]), (StatusCode::OK, &first.headers[ETAG]), "{path}");
        assert!(outdated.body.is_object(), "{path}");
    }
}

#[tokio::test]
async fn suggestions_are_limited() {
    let queries = vec!["mug".to_owned(), "mug red".to_owned(), "mug blue".to_owned()];
    let app = TestApp::new(FakeSearch {
        suggestions: Suggestions { queries, ..Suggestions::default() },
        ..FakeSearch::default()
    });
    let answer = app.get("/api/v1/search/suggest?q=mu&limit=2").await;
    assert_eq!(answer.body, json!({"queries": ["mug", "mug red"], "products": [], "categories": [], "brands": []}));
}

#[tokio::test]
async fn stores_that_do_not_answer_give_503_with_retry_after() {
    let app = TestApp::new(FakeSearch { outage: Some("secret cause"), ..FakeSearch::default() });
    for path in ["/api/v1/search?q=mug", "/api/v1/search/suggest?q=m", "/api/v1/products/A", "/api/v1/categories"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.headers.contains_key(RETRY_AFTER), "{path}");
        assert!(!answer.body.to_string().contains("secret cause"), "{path}");
    }
}

#[tokio::test]
async fn a_sku_that_cannot_exist_is_not_found_without_asking_a_store() {
    let app = TestApp::new(FakeSearch::default());
    let answer = app.get(&format!("/api/v1/products/{}", "x".repeat(200))).await;
    assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!("unknown_product")));
    let answer = app.get("/api/v1/nothing").await;
    assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!("unknown_path")));
}

#[tokio::test]
async fn answers_have_the_documented_shapes() {
    let suggestions = Suggestions {
        products: vec![ProductSuggestion {
            sku: Sku::parse("TEE").expect("a SKU"),
            name: "Shirt".to_owned(),
            url: "/p/TEE/shirt".to_owned(),
            image_url: None,
            price: None,
        }],
        categories: vec![CategorySuggestion { id: "c".to_owned(), name: "C".to_owned(), url: "/c/c/c".to_owned() }],
        ..Suggestions::default()
    };
    let page = SearchPage { hits: vec![], ..two_hits_of_thirty().page };
    let app = TestApp::new(FakeSearch { page, suggestions, ..FakeSearch::default() });
    let list = app.get("/api/v1/products?facets=brand&q=mug").await.body;
    let search = app.get("/api/v1/search?facets=brand").await.body;
    let suggested = app.get("/api/v1/search/suggest?q=s").await.body;
    let problem = app.get("/api/v1/products?limit=0").await.body;
    assert_eq!(serde_json::from_value::<ProductList>(list).expect("a list").facets["brand"].len(), 1);
    assert_eq!(serde_json::from_value::<SearchResult>(search).expect("a result").total, 30);
    assert_eq!(serde_json::from_value::<SuggestionLists>(suggested).expect("suggestions").products[0].sku, "TEE");
    assert_eq!(serde_json::from_value::<ProblemBody>(problem).expect("a problem").errors[0].field, "limit");
}

#[test]
fn the_document_describes_every_operation_with_its_problems() {
    let document = serde_json::to_value(crate::openapi()).expect("json");
    let paths = document["paths"].as_object().expect("paths");
    let operations: BTreeMap<&str, &serde_json::Value> = paths
        .values()
        .flat_map(|path| path.as_object().expect("operations").values())
        .map(|operation| (operation["operationId"].as_str().expect("an id"), operation))
        .collect();
    assert_eq!(
        operations.keys().copied().collect::<Vec<_>>(),
        [
            "get_category",
            "get_page_report",
            "get_product",
            "get_product_report",
            "list_categories",
            "list_products",
            "list_variants",
            "run_sql",
            "search_products",
            "suggest"
        ]
    );
    for (name, operation) in operations {
        let for_analysts = ["get_page_report", "get_product_report", "run_sql"].contains(&name);
        let statuses = match for_analysts {
            true => ["200", "400", "401", "403", "413", "429", "503", "504"].as_slice(),
            false => ["200", "304", "400", "401", "429", "503"].as_slice(),
        };
        for &status in statuses {
            assert!(operation["responses"][status].is_object(), "{name} {status}");
        }
    }
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a name");
        assert!(schemas.contains_key(name), "{name} is referred to and not described");
    }
}
