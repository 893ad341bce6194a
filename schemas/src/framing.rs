//! The wire format of registry clients: a zero byte, the schema id as four bytes in network order, the Avro body.

use crate::codec::CodecError;

/// The first byte of every framed record.
pub const MAGIC_BYTE: u8 = 0;
const HEADER_BYTES: usize = 5;

/// A record taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed<'a> {
    pub schema_id: i32,
    pub body: &'a [u8],
}

/// Puts the header before an Avro body.
pub fn frame(schema_id: i32, body: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(HEADER_BYTES + body.len());
    framed.push(MAGIC_BYTE);
    framed.extend_from_slice(&schema_id.to_be_bytes());
    framed.extend_from_slice(body);
    framed
}

/// Takes the header off.
pub fn unframe(bytes: &[u8]) -> Result<Framed<'_>, CodecError> {
    let (header, body) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(CodecError::NotFramed)?;
    let [magic_byte, schema_id @ ..] = *header;
    if magic_byte != MAGIC_BYTE {
        return Err(CodecError::NotFramed);
    }
    Ok(Framed { schema_id: i32::from_be_bytes(schema_id), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing_is_undone() {
        let bytes = frame(0x0102_0304, b"body");
        assert_eq!(bytes, [0, 1, 2, 3, 4, b'b', b'o', b'd', b'y']);
        let framed = unframe(&bytes).expect("framed");
        assert_eq!(framed, Framed { schema_id: 0x0102_0304, body: b"body" });
    }

    #[test]
    fn what_is_not_framed_is_told() {
        for bytes in [&b""[..], &[0, 0, 0, 1], &[1, 0, 0, 0, 1, 7], b"{\"sku\": 1}"] {
            assert!(matches!(unframe(bytes), Err(CodecError::NotFramed)), "{bytes:?}");
        }
    }
}
