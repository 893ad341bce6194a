-- Carts. A cart stores what a shopper wants and what was shown last; prices are those of the catalogue of the moment.

CREATE TABLE website_carts (
    site_id    uuid NOT NULL,
    id         uuid NOT NULL,
    -- Grows with every change; sent along by clients that change a cart.
    version    bigint NOT NULL DEFAULT 1,
    -- SHA-256 of the token that was shown once, at creation. 256 random bits need no slow hash.
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (site_id, id)
);
CREATE INDEX website_carts_expiry ON website_carts (expires_at);
CALL coheron_isolate('website_carts', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE website_cart_items (
    site_id                uuid NOT NULL,
    cart_id                uuid NOT NULL,
    id                     uuid NOT NULL,
    sku                    text NOT NULL,
    quantity               integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    -- The unit price that the shopper saw last; null where there was none.
    seen_unit_price_minor  bigint,
    seen_currency          text,
    created_at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, cart_id, id),
    UNIQUE (site_id, cart_id, sku),
    FOREIGN KEY (site_id, cart_id) REFERENCES website_carts (site_id, id) ON DELETE CASCADE
);
CALL coheron_isolate('website_cart_items', 'SELECT, INSERT, UPDATE, DELETE');
