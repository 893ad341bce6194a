-- The catalogue as the feeds deliver it, each part on its own: parts of a product may come in any order, so there are
-- no foreign keys between feeds. A deleted row stays as a tombstone with its version, so that a late record of before
-- the deletion cannot bring it back.
--
-- version     the ERP's entity_version
-- source_*    the record the row came from, with erp_time for the ERP's own clock

CREATE TABLE website_products (
    site_id          uuid NOT NULL,
    sku              text NOT NULL,
    version          bigint NOT NULL,
    facts            json,
    erp_time         timestamptz NOT NULL,
    source_topic     text NOT NULL,
    source_partition integer NOT NULL,
    source_offset    bigint NOT NULL,
    deleted_at       timestamptz,
    PRIMARY KEY (site_id, sku)
);
CALL coheron_isolate('website_products', 'SELECT');

-- Which product a variant belongs to; rewritten with every image of the product.
CREATE TABLE website_product_variants (
    site_id     uuid NOT NULL,
    product_sku text NOT NULL,
    sku         text NOT NULL,
    PRIMARY KEY (site_id, product_sku, sku)
);
CREATE INDEX website_product_variants_sku ON website_product_variants (site_id, sku);
CALL coheron_isolate('website_product_variants', 'SELECT');

-- Which categories a product stands in; rewritten with every image of the product.
CREATE TABLE website_product_categories (
    site_id     uuid NOT NULL,
    product_sku text NOT NULL,
    category_id text NOT NULL,
    PRIMARY KEY (site_id, product_sku, category_id)
);
CREATE INDEX website_product_categories_category ON website_product_categories (site_id, category_id);
CALL coheron_isolate('website_product_categories', 'SELECT');

CREATE TABLE website_categories (
    site_id          uuid NOT NULL,
    category_id      text NOT NULL,
    version          bigint NOT NULL,
    name             text,
    parent_id        text,
    position         integer NOT NULL DEFAULT 0,
    erp_time         timestamptz NOT NULL,
    source_topic     text NOT NULL,
    source_partition integer NOT NULL,
    source_offset    bigint NOT NULL,
    deleted_at       timestamptz,
    PRIMARY KEY (site_id, category_id)
);
CREATE INDEX website_categories_parent ON website_categories (site_id, parent_id);
CALL coheron_isolate('website_categories', 'SELECT');

CREATE TABLE website_prices (
    site_id           uuid NOT NULL,
    sku               text NOT NULL,
    version           bigint NOT NULL,
    currency          text,
    amount_minor      bigint CHECK (amount_minor >= 0),
    list_amount_minor bigint CHECK (list_amount_minor >= 0),
    erp_time          timestamptz NOT NULL,
    source_topic      text NOT NULL,
    source_partition  integer NOT NULL,
    source_offset     bigint NOT NULL,
    deleted_at        timestamptz,
    PRIMARY KEY (site_id, sku)
);
CALL coheron_isolate('website_prices', 'SELECT');

CREATE TABLE website_stock (
    site_id           uuid NOT NULL,
    sku               text NOT NULL,
    version           bigint NOT NULL,
    on_hand           bigint,
    last_order_number text,
    erp_time          timestamptz NOT NULL,
    source_topic      text NOT NULL,
    source_partition  integer NOT NULL,
    source_offset     bigint NOT NULL,
    deleted_at        timestamptz,
    PRIMARY KEY (site_id, sku)
);
CALL coheron_isolate('website_stock', 'SELECT');

-- The product as it is shown, assembled from the parts above. The row of a product that is not (or no longer) shown
-- stays with a null document: it keeps the version going and is the lock under which the parts are read together.
CREATE TABLE website_product_documents (
    site_id          uuid NOT NULL,
    sku              text NOT NULL,
    document         json,
    document_version bigint NOT NULL DEFAULT 0,
    content_hash     bytea,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site_id, sku)
);
CALL coheron_isolate('website_product_documents', 'SELECT');
