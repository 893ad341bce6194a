-- Work that may be slow or fail, left by the transaction that caused it and done by the worker afterwards.

CREATE TABLE job_queue (
    site_id      uuid NOT NULL,
    id           uuid NOT NULL,
    kind         text NOT NULL,
    payload      json NOT NULL,
    -- A job that is done is deleted; one that was given up stays, with its error.
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'failed')),
    run_at       timestamptz NOT NULL DEFAULT now(),
    -- Begun attempts. The number is also the claim: whoever began a later attempt has taken the job over.
    attempts     integer NOT NULL DEFAULT 0,
    -- Until then nobody else takes the job; null while nobody works on it.
    locked_until timestamptz,
    last_error   text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, id)
);
CREATE INDEX job_queue_due ON job_queue (run_at) WHERE state = 'waiting';
CREATE INDEX job_queue_failed ON job_queue (created_at) WHERE state = 'failed';
CALL coheron_isolate('job_queue', 'INSERT');
