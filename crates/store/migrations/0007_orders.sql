-- From the cart to the order: checkouts, reservations, the stock ledger, orders.

-- The key under which a site signs links and forms: 32 bytes of which 244 bits are random. Only the pipeline's role
-- reads it, so that no statement of a request can show it.
ALTER TABLE website_sites ADD COLUMN signing_key bytea NOT NULL
    DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
    CHECK (length(signing_key) >= 32);
REVOKE SELECT ON website_sites FROM coheron_site;
GRANT SELECT (id, code, name, currency, locale, settings, created_at) ON website_sites TO coheron_site;

-- Every order up to this number is contained in on_hand. Order numbers of the shop are digits; anything else that
-- was stored so far says nothing.
ALTER TABLE website_stock ALTER COLUMN last_order_number TYPE bigint
    USING CASE WHEN last_order_number ~ '^[0-9]{1,18}$' THEN last_order_number::bigint END;

-- An attempt to buy a cart, with everything that the order will be made of.
--
-- open       stock is reserved; the charge is about to be made, was made, or waits for the shopper's confirmation
-- completed  there is an order of the same id, charged once
-- declined   no order, no charge
-- voiding    no order; what was or may yet be charged is being given back
-- voided     no order, no charge
CREATE TABLE website_checkouts (
    site_id          uuid NOT NULL,
    -- Also the id of the payment at the gateway and of the order.
    id               uuid NOT NULL,
    cart_id          uuid NOT NULL,
    cart_version     bigint NOT NULL,
    -- The cart's, so that its owner finds the outcome when the cart is gone.
    token_hash       bytea NOT NULL CHECK (length(token_hash) = 32),
    -- SHA-256 of what was asked for: a repeated request continues this attempt, another one replaces it.
    request_hash     bytea NOT NULL CHECK (length(request_hash) = 32),
    state            text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'completed', 'declined', 'voiding', 'voided')),
    gateway          text NOT NULL,
    purchase         json NOT NULL,
    -- Where the shopper confirms the payment, when the gateway asks for it.
    confirmation_url text,
    -- What the shopper is told of a payment that was declined.
    message          text,
    -- End of the reservations.
    expires_at       timestamptz NOT NULL,
    -- Until then somebody is at work on it; from then on anybody may ask the gateway what became of it.
    next_look_at     timestamptz NOT NULL,
    looks            integer NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, id)
);
CREATE UNIQUE INDEX website_checkouts_open ON website_checkouts (site_id, cart_id) WHERE state = 'open';
CREATE INDEX website_checkouts_cart ON website_checkouts (site_id, cart_id, id);
CREATE INDEX website_checkouts_due ON website_checkouts (next_look_at) WHERE state IN ('open', 'voiding');
CREATE INDEX website_checkouts_finished ON website_checkouts (updated_at)
    WHERE state IN ('completed', 'declined', 'voided');
CALL coheron_isolate('website_checkouts', 'SELECT, INSERT, UPDATE');

-- Pieces kept back for an open checkout; they count until they expire.
CREATE TABLE website_stock_reservations (
    site_id     uuid NOT NULL,
    checkout_id uuid NOT NULL,
    sku         text NOT NULL,
    quantity    bigint NOT NULL CHECK (quantity > 0),
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (site_id, checkout_id, sku)
);
CREATE INDEX website_stock_reservations_sku ON website_stock_reservations (site_id, sku) INCLUDE (quantity, expires_at);
CALL coheron_isolate('website_stock_reservations', 'SELECT, INSERT, DELETE');

-- What orders took from stock and gave back. Entries are added and never changed, but for the time at which the ERP
-- took the order over.
CREATE TABLE website_stock_ledger (
    site_id         uuid NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    sku             text NOT NULL,
    order_id        uuid NOT NULL,
    order_number    bigint NOT NULL,
    -- Positive: taken by the order. Negative: given back by its cancellation.
    quantity        bigint NOT NULL CHECK (quantity <> 0),
    reason          text NOT NULL CHECK (reason IN ('ordered', 'cancelled')),
    -- By the ERP's clock, null until the ERP has answered; equal for all entries of an order, so that what was taken
    -- and what was given back pass into the ERP's figure together.
    acknowledged_at timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, order_id, sku, reason)
);
CREATE INDEX website_stock_ledger_number ON website_stock_ledger (site_id, sku, order_number) INCLUDE (quantity);
-- For ERPs that give no order number with their stock.
CREATE INDEX website_stock_ledger_time ON website_stock_ledger
    (site_id, sku, (coalesce(acknowledged_at, 'infinity'::timestamptz))) INCLUDE (quantity);
CALL coheron_isolate('website_stock_ledger', 'SELECT, INSERT');

-- The number of the site's last order. The row is locked by the transaction that inserts an order, so that numbers
-- have no gaps and an order with a lower number is never committed after one with a higher.
CREATE TABLE website_order_numbers (
    site_id     uuid PRIMARY KEY,
    last_number bigint NOT NULL
);
CALL coheron_isolate('website_order_numbers', 'SELECT, INSERT, UPDATE');

CREATE TABLE website_orders (
    site_id               uuid NOT NULL,
    -- That of the checkout it came from: one order per checkout.
    id                    uuid NOT NULL,
    number                bigint NOT NULL,
    -- Grows with every change.
    version               bigint NOT NULL DEFAULT 1,
    status                text NOT NULL DEFAULT 'placed'
        CHECK (status IN ('placed', 'acknowledged', 'shipped', 'completed', 'cancelled')),
    payment_status        text NOT NULL DEFAULT 'paid' CHECK (payment_status IN ('paid', 'refunding', 'refunded')),
    -- SHA-256 of the token of the cart it came from.
    token_hash            bytea NOT NULL CHECK (length(token_hash) = 32),
    currency              text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    email                 text NOT NULL,
    subtotal_minor        bigint NOT NULL,
    discount_minor        bigint NOT NULL,
    shipping_minor        bigint NOT NULL,
    tax_minor             bigint NOT NULL,
    total_minor           bigint NOT NULL,
    tax_mode              text NOT NULL CHECK (tax_mode IN ('included', 'added')),
    tax_rate_basis_points integer NOT NULL,
    shipping_method       text NOT NULL,
    shipping_label        text NOT NULL,
    shipping_address      json NOT NULL,
    -- Null where it is the shipping address.
    billing_address       json,
    payment_gateway       text NOT NULL,
    payment_reference     text NOT NULL,
    -- The entity_version of the ERP's last answer; 0 before the first.
    erp_version           bigint NOT NULL DEFAULT 0,
    erp_status            text,
    erp_document_number   text,
    erp_acknowledged_at   timestamptz,
    erp_note              text,
    -- When the refund is tried (again).
    refund_at             timestamptz,
    refund_attempts       integer NOT NULL DEFAULT 0,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, id),
    UNIQUE (site_id, number),
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor
        + CASE tax_mode WHEN 'added' THEN tax_minor ELSE 0 END)
);
CREATE INDEX website_orders_refunds ON website_orders (refund_at) WHERE payment_status = 'refunding';
CALL coheron_isolate('website_orders', 'SELECT, INSERT, UPDATE');

CREATE TABLE website_order_items (
    site_id          uuid NOT NULL,
    order_id         uuid NOT NULL,
    line_number      integer NOT NULL,
    sku              text NOT NULL,
    name             text NOT NULL,
    url              text,
    image_url        text,
    options          json NOT NULL DEFAULT '{}',
    quantity         integer NOT NULL CHECK (quantity > 0),
    unit_price_minor bigint NOT NULL,
    line_total_minor bigint NOT NULL CHECK (line_total_minor = quantity * unit_price_minor),
    PRIMARY KEY (site_id, order_id, line_number),
    FOREIGN KEY (site_id, order_id) REFERENCES website_orders (site_id, id) ON DELETE CASCADE
);
CALL coheron_isolate('website_order_items', 'SELECT, INSERT');

-- Orders leave with the transaction that makes them; what waits in the outbox stays out of the requests' reach.
GRANT INSERT ON outbox_messages TO coheron_site;
