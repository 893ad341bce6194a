use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Answers one request and gives back what was asked.
async fn answer_once(status: &'static str, body: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let asked = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !is_whole(&request) {
            let bytes = socket.read(&mut buffer).await.expect("a request");
            assert!(bytes > 0, "the client went away");
            request.extend_from_slice(&buffer[..bytes]);
        }
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(answer.as_bytes()).await.expect("an answer");
        String::from_utf8(request).expect("text")
    });
    (address, asked)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    body.len() >= length.parse::<usize>().expect("a length")
}

fn client(address: &str) -> SchemaRegistryClient {
    SchemaRegistryClient::new(address).expect("a client")
}

#[tokio::test]
async fn registers_below_a_path_with_credentials() {
    let (address, asked) = answer_once("200 OK", r#"{"id": 42}"#).await;
    let registry = client(&format!("http://me:p%40ss@{address}/apis/ccompat/v7/"));
    let id = registry.register("a/b-coheron.erp.v1.PriceChange", r#"{"type":"long"}"#).await.expect("an id");
    assert_eq!(id, 42);
    let request = asked.await.expect("a request");
    assert!(
        request.starts_with("POST /apis/ccompat/v7/subjects/a%2Fb-coheron.erp.v1.PriceChange/versions HTTP/1.1"),
        "{request}"
    );
    // `me:p@ss` in base64.
    assert!(request.to_lowercase().contains("authorization: basic bwu6cebzcw=="), "{request}");
    assert!(request.contains(r#""schema":"{\"type\":\"long\"}""#), "{request}");
    assert!(!format!("{registry:?}").contains("p@ss"));
}

#[tokio::test]
async fn finds_schemas_by_id_and_knows_when_there_is_none() {
    let (address, asked) = answer_once("200 OK", r#"{"schema": "\"string\""}"#).await;
    let found = client(&format!("http://{address}")).schema_by_id(7).await.expect("an answer");
    assert_eq!(found.as_deref(), Some("\"string\""));
    assert!(asked.await.expect("a request").starts_with("GET /schemas/ids/7 HTTP/1.1"));

    let (address, _) = answer_once("404 Not Found", r#"{"error_code":40403,"message":"Schema not found"}"#).await;
    assert_eq!(client(&format!("http://{address}")).find_schema(8).await.expect("an answer"), None);
}

#[tokio::test]
async fn refusals_and_outages_are_classified() {
    let refused = |status, body| async move {
        let (address, _) = answer_once(status, body).await;
        client(&format!("http://{address}")).register("s", "{}").await.expect_err("refused")
    };
    let conflict = refused("409 Conflict", r#"{"error_code":409,"message":"incompatible"}"#).await;
    assert_eq!(conflict.to_string(), "the schema registry answers 409: incompatible");
    assert_eq!(conflict.retry_class(), RetryClass::Fatal);
    assert_eq!(refused("503 Service Unavailable", "").await.retry_class(), RetryClass::Transient);
    let unreadable = refused("200 OK", "<html>").await;
    assert!(matches!(unreadable, SchemaRegistryError::UnreadableAnswer(_)), "{unreadable:?}");

    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let unreachable = client(&format!("http://{address}")).find_schema(1).await.expect_err("nobody there");
    assert_eq!(unreachable.retry_class(), RetryClass::Transient);
}

#[test]
fn other_addresses_are_refused() {
    for address in ["", "registry:8081", "mailto:a@b", "ftp://registry", "http://a%zz@registry"] {
        assert!(matches!(SchemaRegistryClient::new(address), Err(SchemaRegistryError::InvalidAddress)), "{address}");
    }
}
