//! One connection that is kept open. A client of some lines, so that the load generator leaves the machine to the system
//! that is measured.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Connection {
    stream: TcpStream,
    head: String,
    sent: Vec<u8>,
    received: Vec<u8>,
}

const LONGEST_ANSWER: usize = 64 * 1024;

impl Connection {
    pub async fn open(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST /api/v1/collect HTTP/1.1\r\nhost: {address}\r\nx-coheron-key: {key}\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
             content-type: text/plain;charset=UTF-8\r\ncontent-length: "
        );
        Ok(Self { stream, head, sent: Vec::new(), received: Vec::new() })
    }

    /// Posts a body and gives the status of the answer, which is read to its end.
    pub async fn post(&mut self, body: &str) -> anyhow::Result<u16> {
        self.sent.clear();
        self.sent.extend_from_slice(self.head.as_bytes());
        self.sent.extend_from_slice(body.len().to_string().as_bytes());
        self.sent.extend_from_slice(b"\r\n\r\n");
        self.sent.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.sent).await?;
        self.received.clear();
        loop {
            if let Some(status) = complete_answer(&self.received)? {
                return Ok(status);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                bail!("the connection was closed");
            }
            if self.received.len() > LONGEST_ANSWER {
                bail!("an answer has no end");
            }
        }
    }
}

/// The status, once head and body are there.
fn complete_answer(received: &[u8]) -> anyhow::Result<Option<u16>> {
    let Some(head_end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&received[..head_end]).context("an answer is not text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("an answer without a status")?.parse()?;
    let length: usize = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse())?;
    Ok((received.len() >= head_end + 4 + length).then_some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let status = |text: &str| complete_answer(text.as_bytes()).expect("an answer");
        assert_eq!(status("HTTP/1.1 204 No Content\r\ndate: x\r\n"), None);
        assert_eq!(status("HTTP/1.1 204 No Content\r\ndate: x\r\n\r\n"), Some(204));
        assert_eq!(status("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nab"), None);
        assert_eq!(status("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nabc"), Some(503));
        assert!(complete_answer(b"nonsense\r\n\r\n").is_err());
    }
}
