//! What words find.

use super::fixture::{Shop, Topic, a_site, kitchen_shop, product, skus_of, text_question, variant};

#[tokio::test]
async fn finds_by_stem_prefix_and_accentless_letters() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    assert_eq!(shop.find(site_id, "headphone").await, ["H-1"]);
    assert_eq!(shop.find(site_id, "headph").await, ["H-1"]);
    assert_eq!(shop.find(site_id, "kase").await, ["K-3"]);
    assert_eq!(shop.find(site_id, "Mugs red").await[..2], ["M-1", "M-3"]);
    assert_eq!(shop.find(site_id, "tshirt").await.len(), 3);
    assert_eq!(shop.find(site_id, "key board").await, ["H-2"]);
}

#[tokio::test]
async fn one_wrong_letter_still_finds_and_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    for (typed, sku, meant) in [
        ("hedphones", "H-1", "headphones"),
        ("keybaord", "H-2", "keyboard"),
        ("wireless headphonse", "H-1", "wireless headphones"),
        ("breat knife", "K-2", "bread knife"),
        ("hedph", "H-1", "headphones"),
    ] {
        let page = shop.ask(site_id, text_question(typed)).await;
        assert_eq!(skus_of(&page).first().map(String::as_str), Some(sku), "{typed}");
        assert_eq!(page.did_you_mean.as_deref(), Some(meant));
    }
    assert_eq!(shop.ask(site_id, text_question("bread knife")).await.did_you_mean, None);
    let page = shop.ask(site_id, text_question("hedphones")).await;
    assert_eq!(page.hits[0].highlight["name"], "Wireless <mark>headphones</mark>");
}

#[tokio::test]
async fn a_short_word_is_guessed_where_nothing_else_is_asked_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    for (sku, name) in [("M-1", "Blue mug"), ("H-1", "Straw hat"), ("K-1", "Bread knife for bakers"), ("MUS", "Stool")]
    {
        topic.publish(site_id, 1, &product(sku, name));
    }
    shop.read(&topic).await;
    for (typed, sku, meant) in [("mig", "M-1", "mug"), ("hst", "H-1", "hat"), ("hta", "H-1", "hat")] {
        let page = shop.ask(site_id, text_question(typed)).await;
        assert_eq!(skus_of(&page), [sku], "{typed}");
        assert_eq!(page.did_you_mean.as_deref(), Some(meant));
    }
    // Another beginning, a stop word, a SKU, beside a word that is known, beside one that is not.
    let others: [(&str, &[&str]); 5] =
        [("hug", &[]), ("fot", &[]), ("mus", &["MUS"]), ("mig knife", &["K-1"]), ("mig zzzzqqq", &[])];
    for (typed, skus) in others {
        let page = shop.ask(site_id, text_question(typed)).await;
        assert_eq!(skus_of(&page), skus, "{typed}");
        assert_eq!(page.did_you_mean, None, "{typed}");
    }
}

#[tokio::test]
async fn all_words_before_some_words_and_never_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let found = shop.find(site_id, "red travel mug").await;
    assert_eq!(found[0], "M-3");
    assert!(found.contains(&"M-1".to_owned()), "{found:?}");
    assert_eq!(shop.find(site_id, "zzzzqqq bread").await, ["K-2"]);
    assert_eq!(shop.find(site_id, "zzzzqqq").await, Vec::<String>::new());
    assert_eq!(shop.find(site_id, "the bread of this knife").await[0], "K-2");
}

#[tokio::test]
async fn identifiers_are_found_in_every_spelling() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    let mut lamp = product("PW-220/B", "Lamp");
    lamp.mpn = Some("dv7-1211ea".to_owned());
    lamp.gtins = vec!["4006381333931".to_owned()];
    lamp.variants = vec![variant("PW-220/B-RED", &[])];
    topic.publish(site_id, 1, &lamp);
    let mut other = product("OTHER", "Cable for the dv7-1211ea and lamps");
    other.description = "dv7-1211ea dv7-1211ea dv7-1211ea".to_owned();
    topic.publish(site_id, 1, &other);
    shop.read(&topic).await;
    for typed in ["PW-220/B", "pw220b", "pw-220/b-red", "dv7-1211ea", "DV7 1211EA", "4006381333931"] {
        assert_eq!(shop.find(site_id, typed).await.first().map(String::as_str), Some("PW-220/B"), "{typed}");
    }
}

#[tokio::test]
async fn hostile_texts_are_only_texts() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id) = kitchen_shop(dir.path()).await;
    let garbage: String = (0..200u8).map(|byte| char::from(33 + byte % 90)).collect();
    let long_words = "word ".repeat(40);
    for typed in [
        "\"",
        "*",
        "AND",
        "OR NOT",
        "mug AND",
        "+mug -red",
        "name:mug",
        "(mug",
        "[a TO b]",
        "\\",
        "mug~2",
        "🙂",
        "🙂mug",
        "'",
        "a",
        "\u{1}",
        "\u{0}",
        "ﬀ ﬃ",
        "𝒜",
        "ا ب",
        "茶碗",
        &garbage,
        &long_words,
        " ",
        "ß",
        "%00",
        "<script>",
    ] {
        let page = shop.ask(site_id, text_question(typed)).await;
        assert!(page.hits.len() as u64 <= page.total, "{typed:?}");
        let highlights = page.hits.iter().flat_map(|hit| hit.highlight.values());
        assert!(highlights.into_iter().all(|html| !html.contains("<script")), "{typed:?}");
    }
    assert!(shop.find(site_id, "+mug -red").await.contains(&"M-1".to_owned()));
}

#[tokio::test]
async fn what_can_be_ordered_wins_between_equals() {
    let dir = tempfile::tempdir().expect("a folder");
    let (shop, site_id, mut topic) = (Shop::open(dir.path()), a_site(), Topic::default());
    let mut gone = product("A", "Oak stool");
    gone.availability = coheron_core::document::Availability::of_quantity(Some(0));
    topic.publish(site_id, 1, &gone);
    topic.publish(site_id, 1, &product("B", "Oak stool"));
    shop.read(&topic).await;
    assert_eq!(shop.find(site_id, "oak stool").await, ["B", "A"]);
}
