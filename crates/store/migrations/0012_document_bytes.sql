-- Whoever claims messages bounds them in bytes too. The size stands beside the document, so that documents that stay
-- behind are not even unpacked.
ALTER TABLE website_product_documents
    ADD COLUMN document_bytes integer GENERATED ALWAYS AS (octet_length(document::text)) STORED;
