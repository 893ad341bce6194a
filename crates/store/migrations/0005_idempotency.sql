-- Answers of writes by the caller's Idempotency-Key, so that a repeated request is answered instead of repeated.

CREATE TABLE idempotency_keys (
    site_id       uuid NOT NULL,
    -- The operation and whose it is, for example the cart. Keys of different scopes never meet.
    scope         text NOT NULL,
    key           text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    -- SHA-256 of method, path and body.
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    state         text NOT NULL CHECK (state IN ('in_flight', 'done')),
    -- The attempt that may complete or release the row, and until when nobody else may take it over.
    claimed_by    uuid NOT NULL,
    claimed_until timestamptz NOT NULL,
    -- The answer; null while in flight.
    status        integer,
    headers       json,
    body          bytea,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (site_id, scope, key),
    CHECK (state = 'in_flight' OR (status IS NOT NULL AND headers IS NOT NULL AND body IS NOT NULL))
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
CALL coheron_isolate('idempotency_keys', 'SELECT, INSERT, UPDATE, DELETE');
