-- A message about a product document names the document instead of holding a copy of it: it is written once, and what
-- leaves is always the newest version.
ALTER TABLE outbox_messages ADD COLUMN document_site_id uuid, ADD COLUMN document_sku text;
ALTER TABLE outbox_messages ADD CHECK ((document_site_id IS NULL) = (document_sku IS NULL));
ALTER TABLE outbox_messages ADD CHECK (document_sku IS NULL OR payload IS NULL);
