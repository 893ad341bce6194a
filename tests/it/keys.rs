//! Keys as the command line creates them and takes them back.

use coheron_store::api_keys::{self, ApiKeyKind};
use coheron_testkit::{TestShop, run};

#[test]
fn a_key_is_created_with_its_scopes_listed_and_taken_back() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let site = shop.site.code.as_str();
        let create = |name: &str, options: &[&str]| {
            shop.coheron(&[["keys", "create", "--site", site, "--name", name].as_slice(), options].concat())
        };
        let text = create("reports", &["--kind", "secret", "--scope", "orders:read", "--scope", "analytics:*"])?;
        assert!(text.starts_with("sk_"), "{text}");
        assert!(create("storefront", &["--kind", "publishable"])?.starts_with("pk_"));

        let stored = api_keys::list(&shop.database, shop.site.id).await?;
        let named = |name: &str| stored.iter().find(|key| key.name == name).expect("the key");
        assert_eq!(named("reports").scopes, ["orders:read", "analytics:*"]);
        assert_eq!((named("storefront").kind, named("storefront").scopes.len()), (ApiKeyKind::Publishable, 0));
        let listed = shop.coheron(&["keys", "list", "--site", site])?;
        assert!(listed.contains("orders:read,analytics:*"), "{listed}");

        let id = named("reports").id.to_string();
        let revoked = shop.coheron(&["keys", "revoke", &id])?;
        assert!(revoked.contains(&id) && revoked.contains("30 seconds"), "{revoked}");
        assert!(!shop.coheron(&["keys", "list", "--site", site])?.contains(&id));
        assert!(shop.coheron(&["keys", "revoke", &id]).is_err(), "it is revoked already");
        Ok(())
    });
}

#[test]
fn scopes_that_open_nothing_are_refused_with_the_known_ones() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let before = api_keys::list(&shop.database, shop.site.id).await?.len();
        for (options, words) in [
            (["--kind", "secret"].as_slice(), "--scope is missing"),
            (
                ["--kind", "secret", "--scope", "orders:reed"].as_slice(),
                "not known: orders:reed; known are analytics:read",
            ),
            (["--kind", "publishable", "--scope", "orders:read"].as_slice(), "--scope is for secret keys"),
        ] {
            let command = ["keys", "create", "--site", shop.site.code.as_str(), "--name", "x"];
            let error = shop.coheron(&[command.as_slice(), options].concat()).expect_err("a refusal");
            assert!(format!("{error:#}").contains(words), "{options:?}: {error:#}");
        }
        assert_eq!(api_keys::list(&shop.database, shop.site.id).await?.len(), before);
        Ok(())
    });
}
