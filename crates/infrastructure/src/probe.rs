//! Asks a server whether it is ready, in its own protocol and without a client library. Both questions are the first
//! thing that any client sends, so that an answer means that clients are served.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A server that takes longer for one answer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// No honest answer to the questions below is longer.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Which server is asked, and where (`host:port`).
#[derive(Debug, Clone)]
pub enum Probe {
    Postgres(String),
    Kafka(String),
}

impl Probe {
    pub async fn is_ready(&self) -> bool {
        self.ask().await.is_ok()
    }

    /// `Err` says why the server is not ready.
    pub async fn ask(&self) -> Result<(), String> {
        let question = async {
            match self {
                Self::Postgres(address) => ask_postgres(address).await,
                Self::Kafka(address) => ask_kafka(address).await,
            }
        };
        match timeout(PATIENCE, question).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

/// Sends the start-up message and reads one byte: a server that is up asks for authentication (`R`) or refuses this
/// client (`E`); one that is starting or stopping refuses with an SQLSTATE of class 57.
async fn ask_postgres(address: &str) -> io::Result<()> {
    const PROTOCOL_3_0: i32 = 196_608;
    let mut body = PROTOCOL_3_0.to_be_bytes().to_vec();
    body.extend_from_slice(b"user\0coheron\0database\0coheron\0\0");
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(&with_length(&body, 4)?).await?;

    match stream.read_u8().await? {
        b'R' => Ok(()),
        b'E' => {
            let message = read_message(&mut stream, 4).await?;
            let text = String::from_utf8_lossy(&message);
            match text.split('\0').find_map(|field| field.strip_prefix('C')) {
                Some(state) if state.starts_with("57") => Err(io::Error::other("it is starting or stopping")),
                _ => Ok(()),
            }
        }
        _ => Err(io::Error::other("the answer is not Postgres's")),
    }
}

/// Sends a metadata request (version 1, no topics). The answer lists the brokers that take part: a broker that still
/// waits for its controller is not among them.
async fn ask_kafka(address: &str) -> io::Result<()> {
    const METADATA_KEY: i16 = 3;
    const METADATA_VERSION: i16 = 1;
    const CORRELATION: i32 = 7;
    const NO_CLIENT_ID: i16 = -1;
    const NO_TOPICS: i32 = 0;
    let mut body = METADATA_KEY.to_be_bytes().to_vec();
    body.extend_from_slice(&METADATA_VERSION.to_be_bytes());
    body.extend_from_slice(&CORRELATION.to_be_bytes());
    body.extend_from_slice(&NO_CLIENT_ID.to_be_bytes());
    body.extend_from_slice(&NO_TOPICS.to_be_bytes());
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(&with_length(&body, 0)?).await?;

    let answer = read_message(&mut stream, 0).await?;
    let field = |at: usize| answer.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
    match (field(0), field(4)) {
        (Some(CORRELATION), Some(brokers)) if brokers > 0 => Ok(()),
        (Some(CORRELATION), Some(_)) => Err(io::Error::other("no broker has joined yet")),
        _ => Err(io::Error::other("the answer is not Kafka's")),
    }
}

/// Puts the length in front; `counted` is how many bytes of the length field the protocol counts as part of it.
fn with_length(body: &[u8], counted: usize) -> io::Result<Vec<u8>> {
    let length = i32::try_from(body.len() + counted).map_err(io::Error::other)?;
    Ok([&length.to_be_bytes(), body].concat())
}

async fn read_message(stream: &mut TcpStream, counted: usize) -> io::Result<Vec<u8>> {
    let length = usize::try_from(stream.read_i32().await?).map_err(io::Error::other)?.saturating_sub(counted);
    if length > LONGEST_ANSWER {
        return Err(io::Error::other("the answer is too long"));
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await?;
    Ok(message)
}
