-- Documents and facts are some kilobytes of JSON, written with every change: lz4 compresses them several times faster
-- than Postgres' own method. Messages of the outbox live for milliseconds and are not worth compressing at all.
DO $$
BEGIN
    ALTER TABLE website_products ALTER COLUMN facts SET COMPRESSION lz4;
    ALTER TABLE website_product_documents ALTER COLUMN document SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    -- A server that was built without lz4 goes on with its own method.
    NULL;
END $$;
ALTER TABLE outbox_messages ALTER COLUMN payload SET STORAGE EXTERNAL;
