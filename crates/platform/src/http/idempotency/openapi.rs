//! What an idempotent operation says about itself in the OpenAPI document.

use utoipa::{IntoParams, IntoResponses};

use crate::http::ProblemBody;

/// For `params(...)` of an operation of `IdempotencyMode::Optional`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKeyHeader {
    /// Makes the write safe to repeat: for 24 hours the same request with the same key gets the first answer, marked by
    /// `Idempotent-Replayed: true`. Choose a new key, for example a UUID, for each intent.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 200,
        pattern = r"^[!-~]+$",
        example = "7f1c2a55-0c3a-4f0e-9b0e-4d6b1f3c8a21"
    )]
    pub idempotency_key: Option<String>,
}

/// For `params(...)` of an operation of `IdempotencyMode::Required`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct RequiredIdempotencyKeyHeader {
    /// Makes the write safe to repeat: for 24 hours the same request with the same key gets the first answer, marked by
    /// `Idempotent-Replayed: true`. Choose a new key, for example a UUID, for each intent.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 200,
        pattern = r"^[!-~]+$",
        example = "7f1c2a55-0c3a-4f0e-9b0e-4d6b1f3c8a21"
    )]
    pub idempotency_key: String,
}

/// For `responses(...)`. An operation with conflicts or refusals of its own lists them after this, and names these too.
#[derive(IntoResponses)]
pub enum IdempotencyProblems {
    /// `idempotency_key_in_flight`: the first request with this key is being answered; `Retry-After` tells when to ask
    /// again.
    #[response(status = 409, content_type = "application/problem+json")]
    InFlight(ProblemBody),
    /// `idempotency_key_reused`: the key was used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Reused(ProblemBody),
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::Required;
    use utoipa::openapi::path::{Parameter, ParameterIn};

    use super::*;

    fn described(parameters: Vec<Parameter>) -> (String, bool, bool) {
        let parameter = &parameters[0];
        let is_header = matches!(parameter.parameter_in, ParameterIn::Header);
        (parameter.name.clone(), is_header, matches!(parameter.required, Required::True))
    }

    #[test]
    fn the_header_and_the_problems_are_documented() {
        let optional = described(IdempotencyKeyHeader::into_params(|| None));
        assert_eq!(optional, ("Idempotency-Key".to_owned(), true, false));
        let required = described(RequiredIdempotencyKeyHeader::into_params(|| None));
        assert_eq!(required, ("Idempotency-Key".to_owned(), true, true));
        let statuses: Vec<String> = IdempotencyProblems::responses().into_keys().collect();
        assert_eq!(statuses, ["409", "422"]);
    }
}
