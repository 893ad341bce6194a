//! Stopping in order: first the listeners, then the work in flight, then the process.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by SIGINT or SIGTERM.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("interrupted, stopping"),
            _ = terminate.recv() => tracing::info!("asked to terminate, stopping"),
            () = cancelled.cancelled() => return,
        }
        cancelled.cancel();
    });
    Ok(token)
}

/// Serves until the token is cancelled, then lets requests in flight finish for at most `grace`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    token: CancellationToken,
    grace: Duration,
) -> std::io::Result<()> {
    // Small answers must not wait for the acknowledgement of earlier ones.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(token.clone().cancelled_owned());
    tokio::select! {
        served = async { server.await } => served,
        () = async { token.cancelled().await; tokio::time::sleep(grace).await; } => {
            tracing::warn!(grace_ms = grace.as_millis() as u64, "connections were still open when the time to stop was over");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_request_in_flight_is_answered_after_the_token_is_cancelled() {
        let token = CancellationToken::new();
        let started = CancellationToken::new();
        let go_on = CancellationToken::new();
        let (handler_started, handler_goes_on) = (started.clone(), go_on.clone());
        let handler = move || async move {
            handler_started.cancel();
            handler_goes_on.cancelled().await;
            "done"
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/", get(handler));
        let server = tokio::spawn(serve(listener, router, token.clone(), Duration::from_secs(30)));
        let mut client = tokio::net::TcpStream::connect(address).await.expect("a connection");
        client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
        started.cancelled().await;
        token.cancel();
        go_on.cancel();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
        server.await.expect("joined").expect("served");
    }

    #[tokio::test]
    async fn a_request_that_does_not_end_is_left_behind() {
        let token = CancellationToken::new();
        let started = CancellationToken::new();
        let handler_started = started.clone();
        let handler = move || async move {
            handler_started.cancel();
            std::future::pending::<()>().await;
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/", get(handler));
        let server = tokio::spawn(serve(listener, router, token.clone(), Duration::from_millis(20)));
        let mut client = tokio::net::TcpStream::connect(address).await.expect("a connection");
        client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
        started.cancelled().await;
        token.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(10), server).await;
        assert!(ended.expect("in time").expect("joined").is_ok());
    }
}
