//! What a caller may do about an error. Every error of a crate boundary maps to exactly one class.

/// The retry class of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryClass {
    /// The same call may succeed later: a broken connection, a serialisation failure, a busy broker.
    Transient,
    /// The input itself is at fault: repeating the call gives the same answer. Isolate it.
    Poison,
    /// Another owner has moved our checkpoint: stop working and start again from the stored position.
    Fenced,
    /// A defect or a wrong configuration: somebody has to look.
    Fatal,
}
