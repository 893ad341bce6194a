-- The files that hold the web events, and the ids of the events that were written lately.

CREATE TABLE web_event_files (
    site_id         uuid NOT NULL,
    -- Of the file, in the folder of its site.
    name            text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
    topic           text NOT NULL,
    -- The records that the file was written from; null for a file that was merged from others.
    partition       integer,
    first_offset    bigint,
    last_offset     bigint,
    rows            bigint NOT NULL CHECK (rows > 0),
    bytes           bigint NOT NULL CHECK (bytes > 0),
    min_occurred_at timestamptz NOT NULL,
    max_occurred_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- When its rows went into another file. Kept on disk for a while: readers may still read it.
    replaced_at     timestamptz,
    PRIMARY KEY (site_id, name)
);
CREATE INDEX web_event_files_live ON web_event_files (site_id, min_occurred_at) WHERE replaced_at IS NULL;
CREATE INDEX web_event_files_replaced ON web_event_files (replaced_at) WHERE replaced_at IS NOT NULL;
CALL coheron_isolate('web_event_files', 'SELECT');

-- An event that comes again within the time that ids are kept is not written again.
CREATE TABLE web_event_ids (
    site_id     uuid NOT NULL,
    event_id    uuid NOT NULL,
    received_on date NOT NULL,
    PRIMARY KEY (site_id, event_id)
);
CREATE INDEX web_event_ids_received ON web_event_ids (received_on);
CALL coheron_isolate('web_event_ids', 'SELECT');
