//! The schema registry as clients of the Confluent interface ask it, on a database of its own.

use std::time::Duration;

use anyhow::Context;
use coheron_testkit::{Role, TestShop, eventually, run};
use reqwest::Method;
use serde_json::{Value, json};

const ONE: &str = r#"{"type": "record", "name": "Shelf", "fields": [{"name": "a", "type": "long"}]}"#;
const WITH_DEFAULT: &str = r#"{"type": "record", "name": "Shelf", "fields": [{"name": "a", "type": "long"},
    {"name": "b", "type": "string", "default": ""}]}"#;
const WITHOUT_DEFAULT: &str = r#"{"type": "record", "name": "Shelf", "fields": [{"name": "a", "type": "long"},
    {"name": "b", "type": "string"}]}"#;

#[test]
fn a_subject_grows_by_compatible_schemas_and_answers_in_the_codes_that_clients_know() {
    run(async {
        let registry = Registry::start().await?;
        let versions = "/subjects/shelf/versions";
        let trial = "/compatibility/subjects/shelf/versions/latest?verbose=true";
        let compatible = json!({"is_compatible": true, "messages": []});
        assert_eq!(registry.post(trial, ONE).await?, (200, compatible.clone()), "the first schema goes with nothing");
        let first = registry.register(versions, ONE).await?;
        let respelt = serde_json::from_str::<Value>(ONE)?.to_string();
        assert_ne!(respelt, ONE);
        assert_eq!(registry.register(versions, &respelt).await?, first);
        assert_eq!(registry.get(&format!("/schemas/ids/{first}")).await?, (200, json!({"schema": ONE})));
        assert_eq!(registry.get("/subjects").await?, (200, json!(["shelf"])));

        let (status, tried) = registry.post(trial, WITHOUT_DEFAULT).await?;
        assert_eq!((status, &tried["is_compatible"]), (200, &json!(false)));
        assert!(tried["messages"][0].as_str().is_some_and(|message| message.contains("version 1")), "{tried}");
        let (status, refused) = registry.post(versions, WITHOUT_DEFAULT).await?;
        assert_eq!((status, &refused["error_code"]), (409, &json!(409)), "{refused}");
        assert_eq!(registry.get(versions).await?, (200, json!([1])));

        assert_eq!(registry.post(trial, WITH_DEFAULT).await?, (200, compatible));
        let second = registry.register(versions, WITH_DEFAULT).await?;
        assert_ne!(second, first);
        assert_eq!(registry.get(versions).await?, (200, json!([1, 2])));
        let one = json!({"subject": "shelf", "version": 1, "id": first, "schema": ONE});
        let two = json!({"subject": "shelf", "version": 2, "id": second, "schema": WITH_DEFAULT});
        for (version, expected) in [("1", &one), ("2", &two), ("latest", &two)] {
            let (status, found) = registry.get(&format!("{versions}/{version}")).await?;
            assert_eq!((status, &found), (200, expected), "{version}");
        }
        assert_eq!(registry.get(&format!("{versions}/1/schema")).await?, (200, serde_json::from_str::<Value>(ONE)?));
        assert_eq!(registry.post("/subjects/shelf", &respelt).await?, (200, one));

        for (method, path, schema, status, error_code) in [
            (Method::GET, "/subjects/unknown/versions", None, 404, 40401),
            (Method::GET, "/subjects/unknown/versions/latest", None, 404, 40401),
            (Method::GET, "/subjects/shelf/versions/3", None, 404, 40402),
            (Method::GET, "/subjects/shelf/versions/0", None, 422, 42202),
            (Method::GET, "/schemas/ids/1000000", None, 404, 40403),
            (Method::GET, "/config/shelf", None, 404, 40408),
            (Method::POST, "/subjects/unknown", Some(ONE), 404, 40401),
            (Method::POST, "/subjects/shelf", Some(WITHOUT_DEFAULT), 404, 40403),
            (Method::POST, "/compatibility/subjects/shelf/versions/3", Some(ONE), 404, 40402),
            (Method::POST, "/subjects/shelf/versions", Some("{"), 422, 42201),
        ] {
            let body = schema.map_or(Value::Null, |schema| json!({"schema": schema}));
            let (answered, problem) = registry.send(method, path, body).await?;
            assert_eq!((answered, &problem["error_code"]), (status, &json!(error_code)), "{path}: {problem}");
        }
        Ok(())
    });
}

#[test]
fn a_level_of_its_own_lets_a_subject_take_more_or_less_than_the_others() {
    run(async {
        let registry = Registry::start().await?;
        let (versions, in_force) = ("/subjects/shelf/versions", "/config/shelf?defaultToGlobal=true");
        let is = |level: &str| (200, json!({"compatibilityLevel": level}));
        assert_eq!(registry.get("/config").await?, is("FULL_TRANSITIVE"));
        registry.register(versions, ONE).await?;
        assert_eq!(registry.post(versions, WITHOUT_DEFAULT).await?.0, 409);

        registry.set_level("/config/shelf", "NONE").await?;
        assert_eq!(registry.get("/config/shelf").await?, is("NONE"));
        assert_eq!(registry.get("/config").await?, is("FULL_TRANSITIVE"));
        registry.register(versions, WITHOUT_DEFAULT).await?;
        assert_eq!(registry.get(versions).await?, (200, json!([1, 2])));

        assert_eq!(registry.send(Method::DELETE, "/config/shelf", Value::Null).await?, is("NONE"));
        assert_eq!(registry.get(in_force).await?, is("FULL_TRANSITIVE"));
        registry.set_level("/config", "BACKWARD").await?;
        assert_eq!(registry.get("/config").await?, is("BACKWARD"));
        assert_eq!(registry.get(in_force).await?, is("BACKWARD"));
        Ok(())
    });
}

struct Registry {
    shop: TestShop,
}

impl Registry {
    async fn start() -> anyhow::Result<Self> {
        let registry = Self { shop: TestShop::start_with(&[Role::SchemaRegistry]).await? };
        eventually("the registry answers", Duration::from_secs(30), async || registry.get("/").await.ok()).await;
        Ok(registry)
    }

    async fn get(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        self.send(Method::GET, path, Value::Null).await
    }

    async fn post(&self, path: &str, schema: &str) -> anyhow::Result<(u16, Value)> {
        self.send(Method::POST, path, json!({"schema": schema})).await
    }

    /// Gives the id of the schema.
    async fn register(&self, path: &str, schema: &str) -> anyhow::Result<i64> {
        let (status, registered) = self.post(path, schema).await?;
        assert_eq!(status, 200, "{registered}");
        registered["id"].as_i64().with_context(|| registered.to_string())
    }

    async fn set_level(&self, path: &str, level: &str) -> anyhow::Result<()> {
        let wanted = json!({"compatibility": level});
        assert_eq!(self.send(Method::PUT, path, wanted.clone()).await?, (200, wanted));
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> anyhow::Result<(u16, Value)> {
        let mut request = self.shop.client.request(method, format!("{}{path}", self.shop.schema_registry_url));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }
}
