-- SHA-256 of the request with its idempotency key: whoever repeats it after the checkout ended is told what came of it,
-- whatever is in the cart by then. Empty for checkouts of versions that do not know it.
ALTER TABLE website_checkouts ADD COLUMN attempt_hash bytea NOT NULL DEFAULT ''::bytea;
