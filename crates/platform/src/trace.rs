//! W3C trace context: the `traceparent` value that follows a request and a record through the system.

use std::fmt;

use rand::Rng;

/// One hop of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
}

impl TraceContext {
    /// Starts a trace.
    pub fn generate() -> Self {
        let mut random = rand::rng();
        // An id of zeros means "none"; setting one bit keeps the rest random.
        let mut trace_id: [u8; 16] = random.random();
        trace_id[0] |= 1;
        let mut span_id: [u8; 8] = random.random();
        span_id[0] |= 1;
        Self { trace_id, span_id, flags: 1 }
    }

    /// Reads `00-<trace id>-<span id>-<flags>`; none where the text is not a trace context.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let version = parts.next()?;
        let (trace_text, span_text, flags_text) = (parts.next()?, parts.next()?, parts.next()?);
        // A later version may append fields; version 00 may not.
        if version.len() != 2 || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        if [version, trace_text, span_text, flags_text]
            .iter()
            .any(|part| part.bytes().any(|byte| byte.is_ascii_uppercase()))
        {
            return None;
        }
        let mut context = Self { trace_id: [0; 16], span_id: [0; 8], flags: 0 };
        let mut flags = [0];
        hex::decode_to_slice(version, &mut flags).ok()?;
        hex::decode_to_slice(trace_text, &mut context.trace_id).ok()?;
        hex::decode_to_slice(span_text, &mut context.span_id).ok()?;
        hex::decode_to_slice(flags_text, &mut flags).ok()?;
        context.flags = flags[0];
        (context.trace_id != [0; 16] && context.span_id != [0; 8]).then_some(context)
    }

    /// The same trace, one hop on.
    pub fn child(&self) -> Self {
        Self { span_id: Self::generate().span_id, ..*self }
    }

    pub fn trace_id(&self) -> String {
        hex::encode(self.trace_id)
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", hex::encode(self.trace_id), hex::encode(self.span_id), self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::TraceContext;

    #[test]
    fn reads_what_it_writes_and_keeps_the_trace_over_hops() {
        let context = TraceContext::generate();
        assert_eq!(TraceContext::parse(&context.to_string()), Some(context));
        let child = context.child();
        assert_eq!(child.trace_id(), context.trace_id());
        assert_ne!(child, context);
    }

    #[test]
    fn refuses_what_is_not_a_trace_context() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(TraceContext::parse(good).map(|context| context.to_string()).as_deref(), Some(good));
        for text in [
            "",
            "00",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "zz-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
    }
}
