//! Questions over real event files, without a database: `orders` has its tests where there is one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::analytics_ports::{AnalyticsError, AnswerFormat, SqlAnswer, SqlParameter, SqlQuestion};
use coheron_core::ids::SiteId;
use coheron_core::web_event::{Device, WebEvent, WebEventItem, WebPage};
use coheron_store::web_event_files::{EventFile, FileOrigin};
use coheron_store::{Database, DatabaseSettings};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::ipc::reader::StreamReader;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::answer::AnswerBounds;
use super::engine::Engine;
use super::service::{Work, run_bounded};
use super::session::SiteTables;
use crate::settings::AnalyticsSettings;
use crate::writing::event_file::EventFolder;
use crate::writing::event_rows::event_rows;

const SITE: SiteId = SiteId(Uuid::from_u128(1));
const OTHER_SITE: SiteId = SiteId(Uuid::from_u128(2));

/// Two files of our site and one of another.
struct Fixture {
    data: tempfile::TempDir,
    files: Vec<EventFile>,
    engine: Engine,
    settings: AnalyticsSettings,
    /// How long questions have waited for their turn.
    waited: Duration,
}

impl Fixture {
    fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let folder = EventFolder::new(data.path());
        let write = |site_id: SiteId, numbers: std::ops::Range<i64>| {
            let origin = FileOrigin { partition: 0, first_offset: numbers.start, last_offset: numbers.end - 1 };
            let events: Vec<WebEvent> = numbers.map(|number| event(site_id, number)).collect();
            let rows = event_rows(&events).expect("rows");
            folder.write(site_id, "web.event.v1", Some(origin), &rows).expect("a file")
        };
        let files = vec![write(SITE, 0..60), write(SITE, 60..100)];
        write(OTHER_SITE, 0..5);
        let settings = AnalyticsSettings {
            folder: data.path().to_owned(),
            deadline_ms: 3_000,
            memory_bytes: 32 * 1024 * 1024,
            ..AnalyticsSettings::default()
        };
        Self { data, files, engine: Engine::start().expect("threads"), settings, waited: Duration::ZERO }
    }

    async fn ask(&self, question: SqlQuestion, bounds: AnswerBounds) -> Result<SqlAnswer, AnalyticsError> {
        // Nothing listens there: only `orders` would ask it.
        let settings = DatabaseSettings { acquire_timeout_ms: 100, ..DatabaseSettings::default() };
        let database = Database::connect("postgres://127.0.0.1:9/none", &settings).expect("pools");
        let slots = Arc::new(Semaphore::new(1));
        let work = Work {
            question,
            tables: SiteTables { site_id: SITE, files: self.files.clone(), database, connections: Handle::current() },
            folder: EventFolder::new(self.data.path()),
            bounds,
            memory_bytes: self.settings.memory_bytes,
            asked_at: Instant::now() - self.waited,
            _slot: slots.acquire_owned().await.expect("a slot"),
        };
        run_bounded(&self.engine, work, &self.settings).await
    }

    async fn json(&self, sql: &str, parameters: Vec<SqlParameter>) -> Result<Value, AnalyticsError> {
        let question = SqlQuestion { sql: sql.to_owned(), parameters, format: AnswerFormat::Json };
        let answer = self.ask(question, BOUNDS).await?;
        Ok(serde_json::from_slice(&answer.body).expect("JSON"))
    }

    async fn rows(&self, sql: &str) -> Value {
        match self.json(sql, vec![]).await {
            Ok(answer) => answer["rows"].clone(),
            Err(error) => panic!("{sql}: {error:?}"),
        }
    }
}

const BOUNDS: AnswerBounds = AnswerBounds { rows: 1_000, bytes: 8 * 1024 * 1024 };

fn event(site_id: SiteId, number: i64) -> WebEvent {
    let start: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().expect("a time");
    let name = ["page_view", "add_to_cart"][usize::from(number % 4 == 0)];
    WebEvent {
        event_id: Uuid::from_u128(number.unsigned_abs().into()),
        site_id,
        name: name.to_owned(),
        occurred_at: start + TimeDelta::minutes(number),
        received_at: start + TimeDelta::minutes(number) + TimeDelta::milliseconds(250),
        visitor_id: format!("v{}", number % 10),
        session_id: None,
        page: WebPage::at(
            Some(&format!("https://shop.example/p/{}", number % 3)),
            Some("A \"quoted\", page".to_owned()),
            Some("https://www.search.example/?q=mug"),
        ),
        items: match number % 4 {
            0 => vec![WebEventItem {
                sku: format!("SKU-{}", number % 3),
                quantity: Some(2),
                price_minor: Some(1_950),
                currency: Some("EUR".to_owned()),
                name: None,
            }],
            _ => vec![],
        },
        value_minor: (number % 4 == 0).then_some(3_900),
        currency: (number % 4 == 0).then(|| "EUR".to_owned()),
        search_term: None,
        order_number: None,
        device: Device::Mobile,
        params: BTreeMap::from([("method".to_owned(), format!("m{}", number % 2))]),
    }
}

#[tokio::test]
async fn events_are_counted_grouped_and_opened() {
    let shop = Fixture::new();
    assert_eq!(shop.rows("SELECT count(*) FROM web_events").await, json!([[100]]));
    assert_eq!(
        shop.rows("SELECT name, count(*) AS n FROM web_events GROUP BY name ORDER BY n DESC").await,
        json!([["page_view", 75], ["add_to_cart", 25]])
    );
    let items = "SELECT item['sku'] AS sku, sum(item['quantity']) FROM
        (SELECT unnest(items) AS item FROM web_events) GROUP BY 1 ORDER BY 1";
    assert_eq!(shop.rows(items).await, json!([["SKU-0", 18], ["SKU-1", 16], ["SKU-2", 16]]));
    let properties = "SELECT properties['method'], count(*) FROM web_events GROUP BY 1 ORDER BY 1";
    assert_eq!(shop.rows(properties).await, json!([["m0", 50], ["m1", 50]]));
    let hours = "SELECT date_trunc('hour', occurred_at) AS hour, count(DISTINCT visitor_id), min(referrer_host)
        FROM web_events GROUP BY hour ORDER BY hour";
    assert_eq!(
        shop.rows(hours).await,
        json!([["2026-03-01T10:00:00Z", 10, "search.example"], ["2026-03-01T11:00:00Z", 10, "search.example"]])
    );
    let one = shop.rows("SELECT * FROM web_events WHERE event_id = '00000000-0000-0000-0000-000000000004'").await;
    assert_eq!(one[0][2], "2026-03-01T10:04:00Z");
    assert_eq!(one[0][3], "2026-03-01T10:04:00.250Z");
    assert_eq!(
        one[0][16][0],
        json!({"sku": "SKU-1", "name": null, "quantity": 2, "price_minor": 1950, "currency": "EUR"})
    );
    assert_eq!(one[0][17], json!({"method": "m0"}));
}

#[tokio::test]
async fn parameters_texts_and_times_are_compared_as_one_expects() {
    let shop = Fixture::new();
    let sql = "SELECT count(*) FROM web_events WHERE occurred_at >= $1 AND occurred_at < $2 AND name = $3";
    let parameters = ["2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", "page_view"];
    let parameters = parameters.into_iter().map(|text| SqlParameter::Text(text.to_owned())).collect();
    assert_eq!(shop.json(sql, parameters).await.expect("an answer")["rows"], json!([[45]]));
    let limited = shop.json("SELECT event_id FROM web_events LIMIT $1", vec![SqlParameter::Integer(3)]).await;
    assert_eq!(limited.expect("an answer")["row_count"], 3);
    let missing = shop.json("SELECT $2", vec![SqlParameter::Null]).await;
    assert!(matches!(missing, Err(AnalyticsError::Refused { code: "invalid_statement", .. })), "{missing:?}");
    let joined = "SELECT name || ':' || device, concat(name, NULL, 'x'), name || NULL FROM web_events LIMIT 1";
    assert_eq!(shop.rows(joined).await, json!([["add_to_cart:mobile", "add_to_cartx", null]]));
    let matched = "SELECT count(*) FROM web_events WHERE name ~ '^page' AND regexp_like(device, $1, 'i')";
    let matched = shop.json(matched, vec![SqlParameter::Text("MOB".to_owned())]).await;
    assert_eq!(matched.expect("an answer")["rows"], json!([[75]]));
    let replaced =
        "SELECT replace('a-b', '-', '+'), regexp_replace('a1b22', '[0-9]+', '#', 'g'), translate('abc', 'b', 'x')";
    assert_eq!(shop.rows(replaced).await, json!([["a+b", "a#b#", "axc"]]));
    let days = "SELECT count(*) FROM generate_series(1, 30) AS s(day) LEFT JOIN web_events ON date_part('day', occurred_at) = day";
    assert_eq!(shop.rows(days).await, json!([[129]]));
}

#[tokio::test]
async fn the_tables_and_columns_are_described_with_comments() {
    let shop = Fixture::new();
    let tables = shop.rows("SELECT table_schema, table_name FROM information_schema.tables ORDER BY 2").await;
    assert_eq!(tables, json!([["public", "orders"], ["public", "web_events"]]));
    let columns = shop.rows("SELECT table_name, column_name, data_type, comment FROM information_schema.columns").await;
    let columns = columns.as_array().expect("rows").clone();
    assert_eq!(columns.len(), 18 + 14);
    assert!(columns.iter().all(|column| column[3].as_str().is_some_and(|comment| comment.ends_with('.'))));
    let of = |name: &str| columns.iter().find(|column| column[1] == name).expect("a column")[2].clone();
    assert_eq!(of("occurred_at"), "timestamp with time zone");
    assert_eq!(of("properties"), "map(text, text)");
    assert!(
        of("items")
            .as_str()
            .is_some_and(|name| name.starts_with("list of struct(sku text, name text, quantity bigint"))
    );
}

#[tokio::test]
async fn every_format_can_be_read_back() {
    let shop = Fixture::new();
    let sql = "SELECT event_id, occurred_at, value_minor, items, properties, page_title, NULL AS nothing
        FROM web_events ORDER BY occurred_at LIMIT 7";
    let ask = async |format| {
        let question = SqlQuestion { sql: sql.to_owned(), parameters: vec![], format };
        let answer = shop.ask(question, BOUNDS).await.expect("an answer");
        assert_eq!((answer.row_count, answer.truncated), (7, false), "{format:?}");
        answer.body
    };
    let json: Value = serde_json::from_slice(&ask(AnswerFormat::Json).await).expect("JSON");
    assert_eq!((json["row_count"].clone(), json["truncated"].clone()), (json!(7), json!(false)));
    assert_eq!(json["columns"][1], json!({"name": "occurred_at", "type": "timestamp with time zone"}));

    let csv = String::from_utf8(ask(AnswerFormat::Csv).await).expect("text");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 8, "{csv}");
    assert_eq!(lines[0], "event_id,occurred_at,value_minor,items,properties,page_title,nothing");
    assert!(
        lines[1].contains("\"[{\"\"sku\"\":\"\"SKU-0\"\"") && lines[1].contains("\"A \"\"quoted\"\", page\""),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains(",2026-03-01T10:01:00Z,,[],"), "{}", lines[2]);

    let stream =
        StreamReader::try_new(std::io::Cursor::new(ask(AnswerFormat::ArrowStream).await), None).expect("a stream");
    let arrow: Vec<RecordBatch> = stream.collect::<Result<_, _>>().expect("batches");
    let file = bytes::Bytes::from(ask(AnswerFormat::Parquet).await);
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a file").build().expect("a reader");
    let parquet: Vec<RecordBatch> = reader.collect::<Result<_, _>>().expect("batches");
    for batches in [&arrow, &parquet] {
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 7);
        assert_eq!(batches[0].schema().field(1).name(), "occurred_at");
    }
    assert_eq!(arrow[0].column(0).slice(0, 7).as_ref(), parquet[0].column(0).as_ref());
}

#[tokio::test]
async fn answers_are_cut_at_their_bounds_and_say_so() {
    let shop = Fixture::new();
    let ask = async |sql: &str, rows, bytes| {
        let question = SqlQuestion { sql: sql.to_owned(), parameters: vec![], format: AnswerFormat::Json };
        shop.ask(question, AnswerBounds { rows, bytes }).await.expect("an answer")
    };
    for (rows, truncated) in [(99, true), (100, false), (101, false)] {
        let answer = ask("SELECT event_id FROM web_events", rows, 1 << 20).await;
        assert_eq!((answer.row_count, answer.truncated), (rows.min(100) as u64, truncated), "{rows}");
    }
    let answer = ask("SELECT value FROM generate_series(1, 100000)", 200_000, 20_000).await;
    assert!(answer.truncated && answer.body.len() < 60_000, "{} rows", answer.row_count);
}

#[tokio::test]
async fn hostile_statements_are_refused_with_a_code() {
    let shop = Fixture::new();
    let file = shop.data.path().join(OTHER_SITE.to_string());
    let file = std::fs::read_dir(file).expect("a folder").next().expect("a file").expect("an entry").path();
    let path = file.display().to_string();
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let other = format!("../{OTHER_SITE}/{name}");
    let statements = [
        "INSERT INTO web_events SELECT * FROM web_events".to_owned(),
        "DELETE FROM web_events".to_owned(),
        "UPDATE web_events SET name = 'x'".to_owned(),
        "TRUNCATE TABLE web_events".to_owned(),
        "DROP TABLE web_events".to_owned(),
        "CREATE TABLE mine AS SELECT 1".to_owned(),
        "CREATE VIEW mine AS SELECT 1".to_owned(),
        "CREATE SCHEMA mine".to_owned(),
        "CREATE DATABASE mine".to_owned(),
        "CREATE FUNCTION f() RETURNS INT RETURN 1".to_owned(),
        "SELECT * INTO mine FROM web_events".to_owned(),
        format!("CREATE EXTERNAL TABLE theirs STORED AS PARQUET LOCATION '{path}'"),
        format!("COPY web_events TO '{path}.copy'"),
        format!("COPY (SELECT 1) TO '{path}.copy' STORED AS CSV"),
        format!("SELECT * FROM '{path}'"),
        format!("SELECT * FROM \"{path}\""),
        format!("SELECT * FROM 'file://{path}'"),
        format!("SELECT * FROM '{other}'"),
        format!("SELECT * FROM read_parquet('{path}')"),
        format!("SELECT * FROM parquet_metadata('{path}')"),
        "SELECT * FROM read_csv('/etc/passwd')".to_owned(),
        "SELECT * FROM '/etc/passwd'".to_owned(),
        "SELECT * FROM 'https://example.com/x.parquet'".to_owned(),
        "SELECT * FROM datafusion.public.web_events".to_owned(),
        "SELECT * FROM other.public.web_events".to_owned(),
        "SELECT * FROM coheron.other.web_events".to_owned(),
        "SELECT * FROM pg_catalog.pg_tables".to_owned(),
        "SELECT * FROM information_schema.df_settings".to_owned(),
        "SELECT * FROM information_schema.routines".to_owned(),
        "SELECT * FROM website_orders".to_owned(),
        "SET datafusion.execution.target_partitions = 64".to_owned(),
        "RESET datafusion.execution.target_partitions".to_owned(),
        "SHOW ALL".to_owned(),
        "SHOW TABLES".to_owned(),
        "DESCRIBE web_events".to_owned(),
        "PREPARE p AS SELECT 1".to_owned(),
        "EXECUTE p".to_owned(),
        "BEGIN".to_owned(),
        "EXPLAIN COPY web_events TO 'x.csv'".to_owned(),
        "EXPLAIN ANALYZE INSERT INTO web_events SELECT * FROM web_events".to_owned(),
        "SELECT 1; DROP TABLE web_events".to_owned(),
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r".to_owned(),
        "SELECT repeat('x', 2000000000)".to_owned(),
        "SELECT lpad('x', 2000000000)".to_owned(),
        "SELECT range(0, 10000000000)".to_owned(),
        "SELECT array_repeat(1, 2000000000)".to_owned(),
        "SELECT make_array(1, 2)".to_owned(),
        "SELECT [1, 2]".to_owned(),
        "SELECT named_struct('a', 1)".to_owned(),
        "SELECT {'a': 1}".to_owned(),
        "SELECT struct(1, 2)".to_owned(),
        "SELECT CAST(NULL AS BIGINT[1000000000])".to_owned(),
        "SELECT arrow_cast(NULL, 'FixedSizeList(1000000000, Int64)')".to_owned(),
        "SELECT input_file_name() FROM web_events".to_owned(),
        "SELECT approx_percentile_cont(value, 0.5, 10000000000000) FROM generate_series(1, 3)".to_owned(),
        "SELECT approx_percentile_cont_with_weight(value, 1, 0.5, 10000000000000) FROM generate_series(1, 3)"
            .to_owned(),
        "SELECT count(*) FROM generate_series(1, 4096) WHERE 'a' ~ concat('\\w{60}', value)".to_owned(),
        "SELECT count(*) FROM web_events WHERE name !~* page_title".to_owned(),
        "SELECT count(*) FROM web_events WHERE name SIMILAR TO page_title".to_owned(),
        "SELECT regexp_like(name, page_title), regexp_count(name, page_title) FROM web_events".to_owned(),
        "SELECT regexp_match(name, page_title) FROM web_events".to_owned(),
        "SELECT regexp_replace(name, page_title, 'x') FROM web_events".to_owned(),
        format!("SELECT 1{}", ", 1".repeat(100)),
        "SELECT array_agg(value) FROM generate_series(1, 1000000000000)".to_owned(),
        "SELECT string_agg(CAST(value AS TEXT), ',') FROM generate_series(1, 1000000000000)".to_owned(),
        "SELECT array_agg(value) OVER (ORDER BY value) FROM generate_series(1, 100000)".to_owned(),
        "SELECT version()".to_owned(),
        "SELECT @@version".to_owned(),
        "SELECT getenv('HOME')".to_owned(),
        "SELECT no_such_column FROM web_events".to_owned(),
        "SELECT 1 / 0".to_owned(),
        format!("SELECT {}1{}", "(".repeat(3_000), ")".repeat(3_000)),
        format!("SELECT 1 WHERE {}TRUE", "NOT ".repeat(1_400)),
        format!("SELECT {}1", "- ".repeat(1_400)),
        format!("{} SELECT 1 {}", "SELECT * FROM (".repeat(200), ")".repeat(200)),
    ];
    for sql in statements {
        match shop.json(&sql, vec![]).await {
            Err(AnalyticsError::Refused { message, .. }) => {
                assert!(!message.is_empty() && message.len() < 4_000, "{sql}: {message}");
                assert!(sql.contains(&path) || !message.contains(&path), "{message} names a path");
            }
            other => panic!("{sql} gave {other:?}"),
        }
    }
    assert!(!std::path::Path::new(&format!("{path}.copy")).exists());
    assert_eq!(shop.rows("SELECT count(*) FROM web_events").await, json!([[100]]), "nothing was changed");
}

#[tokio::test]
async fn bombs_end_at_a_bound_and_leave_the_engine_usable() {
    let shop = Fixture::new();
    let mut doubling = "WITH t0 AS (SELECT name AS s FROM web_events)".to_owned();
    let mut joining = "WITH t0 AS (SELECT event_id AS x FROM web_events)".to_owned();
    let mut replacing = "WITH t0 AS (SELECT page_url AS s FROM web_events)".to_owned();
    let mut long = "WITH t0 AS (SELECT name AS s, page_url FROM web_events)".to_owned();
    for step in 1..=12 {
        long.push_str(&format!(", t{step} AS (SELECT s || s AS s, page_url FROM t{})", step - 1));
        replacing.push_str(&format!(", t{step} AS (SELECT replace(s, 'p', s) AS s FROM t{})", step - 1));
    }
    for step in 1..=40 {
        doubling.push_str(&format!(", t{step} AS (SELECT s || s AS s FROM t{})", step - 1));
        joining.push_str(&format!(", t{step} AS (SELECT a.x FROM t{0} a CROSS JOIN t{0} b)", step - 1));
    }
    let bombs = [
        "SELECT sum(a.value_minor * b.value_minor + f.value_minor) FROM web_events a, web_events b, web_events c, web_events d, web_events e, web_events f".to_owned(),
        "SELECT a.page_url, b.page_url FROM web_events a, web_events b, web_events c, web_events d, web_events e, web_events f ORDER BY 1, 2".to_owned(),
        "SELECT sum(value) FROM generate_series(1, 1000000000000000)".to_owned(),
        "SELECT value FROM generate_series(1, 1000000000000) ORDER BY value DESC".to_owned(),
        format!("SELECT max(concat_ws('{}'{})) FROM web_events", "-".repeat(8_000), ", name".repeat(200)),
        format!("{long} SELECT regexp_match(s, '{}x{}') FROM t12", "(".repeat(100), ")".repeat(100)),
        format!("{long} SELECT array_to_string(regexp_match(page_url, '(.)(.)(.)(.)'), s) FROM t12"),
        format!("SELECT max(to_char(to_timestamp(value), '{}')) FROM generate_series(1, 4096)", "%c".repeat(10_000)),
        "SELECT percentile_cont(value, 0.5) FROM generate_series(1, 1000000000000)".to_owned(),
        "SELECT value, sum(value) OVER () FROM generate_series(1, 1000000000000)".to_owned(),
        "SELECT count(DISTINCT value) FROM generate_series(1, 1000000000000)".to_owned(),
        format!("{replacing} SELECT max(s) FROM t12"),
        format!("{doubling} SELECT max(s) FROM t40"),
        format!("{joining} SELECT count(*) FROM t40"),
    ];
    let patience = Duration::from_millis(shop.settings.deadline_ms) + Duration::from_secs(10);
    for sql in bombs {
        let started = Instant::now();
        let outcome = shop.json(&sql, vec![]).await;
        let bounded = matches!(
            outcome,
            Err(AnalyticsError::Refused { .. } | AnalyticsError::OutOfMemory | AnalyticsError::DeadlineExceeded { .. })
        );
        let shown: String = sql.chars().take(120).collect();
        assert!(bounded, "{shown} gave {outcome:?}");
        assert!(started.elapsed() < patience, "{shown} took {:?}", started.elapsed());
        // Its threads come free soon, not when the last of its rows is made.
        let stopped = Instant::now();
        while shop.engine.tasks() > 0 {
            assert!(stopped.elapsed() < patience, "{shown} still runs");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let chain = format!("SELECT 1{}", " + 1".repeat(300));
    assert_eq!(shop.rows(&chain).await, json!([[301]]), "a long statement is not a hostile one");
    assert_eq!(shop.rows("SELECT count(*) FROM web_events").await, json!([[100]]));
}

#[tokio::test]
async fn the_time_that_a_question_waited_counts() {
    let mut shop = Fixture::new();
    shop.waited = shop.settings.deadline() - Duration::from_millis(200);
    // The watch on memory looks at the whole process, in which other tests run.
    shop.settings.memory_bytes = 1 << 30;
    let started = Instant::now();
    let outcome = shop.json("SELECT sum(value) FROM generate_series(1, 1000000000000000)", vec![]).await;
    assert!(matches!(outcome, Err(AnalyticsError::DeadlineExceeded { .. })), "{outcome:?}");
    assert!(started.elapsed() < shop.settings.deadline(), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_site_without_events_has_an_empty_table() {
    let mut shop = Fixture::new();
    shop.files.clear();
    assert_eq!(shop.rows("SELECT count(*), max(occurred_at) FROM web_events").await, json!([[0, null]]));
    assert_eq!(shop.rows("SELECT name, items FROM web_events").await, json!([]));
}

#[tokio::test]
async fn a_database_that_is_away_is_told_apart_from_a_wrong_statement() {
    let shop = Fixture::new();
    let outcome = shop.json("SELECT count(*) FROM orders", vec![]).await;
    assert!(matches!(outcome, Err(AnalyticsError::Unavailable(_))), "{outcome:?}");
    let explained = shop.rows("EXPLAIN SELECT count(*) FROM orders").await;
    assert!(explained.to_string().contains("StreamingTableExec"), "{explained}");
}
