//! The sockets that roles listen on.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted. Beyond it a connection is dropped without a word and tried again by its
/// client after a second: with the usual 128 a burst of shoppers would meet that. The system's own bound
/// (`net.core.somaxconn`) counts too.
const BACKLOG: u32 = 4_096;

pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait until the connections of the process before are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpStream;

    use super::*;

    const BURST: usize = 300;
    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_burst_of_connections_is_kept_while_nobody_accepts() {
        let bound =
            std::fs::read_to_string("/proc/sys/net/core/somaxconn").ok().and_then(|text| text.trim().parse().ok());
        if bound.is_some_and(|bound: usize| bound < BURST) {
            eprintln!("skipped: this system keeps fewer than {BURST} connections waiting");
            return;
        }
        let listener = listen("127.0.0.1:0".parse().expect("an address")).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let mut connections = Vec::with_capacity(BURST);
        for number in 0..BURST {
            let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await;
            let connection = connected.unwrap_or_else(|_| panic!("connection {number} was dropped"));
            connections.push(connection.expect("a connection"));
        }
        assert_eq!(connections.len(), BURST);
    }
}
