-- Sites, domains and API keys; the two roles under which the application works.
--
-- coheron_site      serves one site: row-level security shows it the rows of the site set in the transaction.
-- coheron_pipeline  moves data of all sites: stages, jobs, the command line.
DO $$
BEGIN
    CREATE ROLE coheron_site NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    CREATE ROLE coheron_pipeline NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT coheron_site, coheron_pipeline TO %I', current_user);
EXCEPTION WHEN OTHERS THEN
    -- A superuser may become any role without a grant; anyone else needs it and fails here, with the cause.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RAISE; END IF;
END $$;

GRANT USAGE ON SCHEMA public TO coheron_site, coheron_pipeline;

-- The site of the running transaction; null (and so no row at all) where none was set.
CREATE FUNCTION coheron_current_site() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('coheron.site_id', true), '')::uuid;

-- Puts a table that carries site_id behind row-level security and grants it to both roles.
CREATE PROCEDURE coheron_isolate(table_name regclass, site_privileges text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY own_site ON %s TO coheron_site USING (site_id = coheron_current_site()) WITH CHECK (site_id = coheron_current_site())', table_name);
    EXECUTE format('CREATE POLICY all_sites ON %s TO coheron_pipeline USING (true) WITH CHECK (true)', table_name);
    EXECUTE format('GRANT %s ON %s TO coheron_site', site_privileges, table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO coheron_pipeline', table_name);
END $$;

CREATE TABLE website_sites (
    id         uuid PRIMARY KEY,
    code       text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text NOT NULL,
    currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    locale     text NOT NULL,
    settings   json NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE website_sites ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_site ON website_sites TO coheron_site USING (id = coheron_current_site());
CREATE POLICY all_sites ON website_sites TO coheron_pipeline USING (true) WITH CHECK (true);
GRANT SELECT ON website_sites TO coheron_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON website_sites TO coheron_pipeline;

CREATE TABLE website_domains (
    domain     text PRIMARY KEY CHECK (domain = lower(domain)),
    site_id    uuid NOT NULL REFERENCES website_sites (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX website_domains_site ON website_domains (site_id);
CALL coheron_isolate('website_domains', 'SELECT');

CREATE TABLE website_api_keys (
    id         uuid PRIMARY KEY,
    site_id    uuid NOT NULL REFERENCES website_sites (id) ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('publishable', 'secret')),
    name       text NOT NULL,
    -- SHA-256 of the key's text. Keys carry 256 random bits, so a slow hash would protect nothing.
    key_hash   bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    -- The first characters, to tell keys apart in lists.
    hint       text NOT NULL,
    scopes     text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX website_api_keys_site ON website_api_keys (site_id);
CALL coheron_isolate('website_api_keys', 'SELECT');
