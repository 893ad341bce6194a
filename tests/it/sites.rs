//! Sites as the command line keeps them.

use anyhow::Context;
use coheron_store::sites;
use coheron_testkit::{TestShop, create_site, run};
use serde_json::json;

#[test]
fn consent_is_set_for_one_site_and_its_other_settings_stay() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let other = create_site(&shop.database, "other", &["other.example"]).await?;
        let code = shop.site.code.as_str();
        let set = |consent: &str| shop.coheron(&["sites", "set", code, "--analytics-consent", consent]);
        for (consent, is_required) in [("required", true), ("not-required", false), ("required", true)] {
            assert_eq!(set(consent)?, format!("site {code}: analytics consent {consent}\n"));
            let site = sites::find_by_code(&shop.database, code).await?.context("the site")?;
            assert_eq!(site.requires_analytics_consent(), is_required, "{}", site.settings);
        }
        let returns = shop.coheron(&["sites", "set", code, "--return-days", "30"])?;
        assert_eq!(returns, format!("site {code}: 30 days to return\n"));
        let site = sites::find_by_code(&shop.database, code).await?.context("the site")?;
        assert_eq!((site.return_days(), site.requires_analytics_consent()), (Some(30), true), "{}", site.settings);
        let untouched = sites::find_by_code(&shop.database, &other.code).await?.context("the other site")?;
        assert_eq!(untouched.settings, other.settings);
        let listed = shop.coheron(&["sites", "list"])?;
        let consent_of = |domain: &str| {
            let line = listed.lines().find(|line| line.ends_with(domain))?;
            line.split_once("consent ")?.1.split_whitespace().next()
        };
        assert_eq!((consent_of("127.0.0.1"), consent_of("other.example")), (Some("required"), Some("not-required")));

        sqlx::query("UPDATE website_sites SET settings = '{\"other\": 1, \"analytics\": {\"more\": 2}}' WHERE id = $1")
            .bind(shop.site.id.0)
            .execute(shop.database.pipeline())
            .await?;
        set("required")?;
        let site = sites::find_by_code(&shop.database, code).await?.context("the site")?;
        assert_eq!(site.settings, json!({"other": 1, "analytics": {"more": 2, "consent": "required"}}));
        Ok(())
    });
}

#[test]
fn an_unknown_site_or_value_is_refused_by_name() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let refusal = |arguments: &[&str]| match shop.coheron(&[&["sites", "set"], arguments].concat()) {
            Ok(printed) => printed,
            Err(error) => format!("{error:#}"),
        };
        let unknown = refusal(&["nowhere", "--analytics-consent", "required"]);
        assert!(unknown.contains("there is no site nowhere; `coheron sites list` names"), "{unknown}");
        let misspelt = refusal(&[shop.site.code.as_str(), "--analytics-consent", "yes"]);
        assert!(misspelt.contains("required") && misspelt.contains("not-required"), "{misspelt}");
        let nothing = refusal(&[shop.site.code.as_str()]);
        assert!(nothing.contains("--analytics-consent"), "{nothing}");
        Ok(())
    });
}
