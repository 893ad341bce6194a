-- Machinery of the pipeline: positions, dead letters, outgoing messages, schemas.

CREATE TABLE pipeline_checkpoints (
    stage       text NOT NULL,
    topic       text NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, topic, partition)
);

CREATE TABLE pipeline_dead_letters (
    id            uuid PRIMARY KEY,
    stage         text NOT NULL,
    topic         text NOT NULL,
    partition     integer NOT NULL,
    record_offset bigint NOT NULL,
    reason_code   text NOT NULL,
    reason        text NOT NULL,
    schema_id     integer,
    record_key    bytea,
    payload       bytea,
    headers       json NOT NULL DEFAULT '[]',
    trace_id      text,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    -- A record fails a stage once, however often it is delivered.
    UNIQUE (stage, topic, partition, record_offset)
);
CREATE INDEX pipeline_dead_letters_recorded ON pipeline_dead_letters (recorded_at DESC);

CREATE TABLE outbox_messages (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text NOT NULL,
    key        bytea NOT NULL,
    -- Null is a tombstone.
    payload    bytea,
    headers    json NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE schema_registry_schemas (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the schema in Avro's parsing canonical form plus its defaults and doc strings.
    fingerprint bytea NOT NULL UNIQUE,
    schema      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE schema_registry_versions (
    subject    text NOT NULL,
    version    integer NOT NULL,
    schema_id  integer NOT NULL REFERENCES schema_registry_schemas (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (subject, version),
    UNIQUE (subject, schema_id)
);

CREATE TABLE schema_registry_levels (
    -- The empty subject holds the global level.
    subject       text PRIMARY KEY,
    compatibility text NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    pipeline_checkpoints, pipeline_dead_letters, outbox_messages,
    schema_registry_schemas, schema_registry_versions, schema_registry_levels
    TO coheron_pipeline;
