-- The bar: one SQL for H2 (PostgreSQL mode) and PostgreSQL.
--
-- Money is in minor units, stock in whole base units (pieces or millilitres), rates in basis points.
-- "One open ... per ..." is a unique key that is null once the thing is no longer open: neither database has both
-- partial indexes and the other's dialect.

CREATE TABLE venues (
    id                    VARCHAR(40) PRIMARY KEY,
    name                  VARCHAR(80) NOT NULL,
    currency              VARCHAR(3) NOT NULL,
    timezone              VARCHAR(60) NOT NULL,
    tax_bps               INTEGER NOT NULL CHECK (tax_bps BETWEEN 0 AND 10000),
    prices_include_tax    BOOLEAN NOT NULL,
    allow_negative_stock  BOOLEAN NOT NULL,
    low_stock_default     INTEGER NOT NULL CHECK (low_stock_default >= 0),
    auto_create_locations BOOLEAN NOT NULL,
    void_window_hours     INTEGER NOT NULL CHECK (void_window_hours >= 0),
    -- A loss above this value needs a manager; null means that none does.
    loss_approval_cents   BIGINT,
    -- Grows with every change to products, aliases, recipes, categories and locations.
    catalogue_version     BIGINT NOT NULL
);

CREATE TABLE staff (
    id        VARCHAR(40) PRIMARY KEY,
    venue_id  VARCHAR(40) NOT NULL REFERENCES venues,
    name      VARCHAR(80) NOT NULL,
    role      VARCHAR(10) NOT NULL CHECK (role = 'staff' OR role = 'manager'),
    pin_hash  VARCHAR(200) NOT NULL,
    active    BOOLEAN NOT NULL
);

CREATE TABLE locations (
    id          VARCHAR(40) PRIMARY KEY,
    venue_id    VARCHAR(40) NOT NULL REFERENCES venues,
    name        VARCHAR(80) NOT NULL,
    folded_name VARCHAR(80) NOT NULL,
    is_default  BOOLEAN NOT NULL,
    active      BOOLEAN NOT NULL,
    UNIQUE (venue_id, folded_name)
);

CREATE TABLE categories (
    id         VARCHAR(40) PRIMARY KEY,
    venue_id   VARCHAR(40) NOT NULL REFERENCES venues,
    name       VARCHAR(80) NOT NULL,
    parent_id  VARCHAR(40) REFERENCES categories,
    active     BOOLEAN NOT NULL,
    -- venue, parent and folded name while active
    active_key VARCHAR(200) UNIQUE
);

CREATE TABLE products (
    id                  VARCHAR(40) PRIMARY KEY,
    venue_id            VARCHAR(40) NOT NULL REFERENCES venues,
    name                VARCHAR(80) NOT NULL,
    category_id         VARCHAR(40) NOT NULL REFERENCES categories,
    subcategory         VARCHAR(80),
    description         VARCHAR(500),
    image_url           VARCHAR(500),
    unit_type           VARCHAR(10) NOT NULL CHECK (unit_type = 'bottle' OR unit_type = 'can' OR unit_type = 'glass' OR unit_type = 'shot' OR unit_type = 'pint' OR unit_type = 'each'),
    price_cents         BIGINT NOT NULL CHECK (price_cents >= 0),
    cost_cents          BIGINT CHECK (cost_cents >= 0),
    base_unit           VARCHAR(4) NOT NULL CHECK (base_unit = 'each' OR base_unit = 'ml'),
    container_size      BIGINT NOT NULL CHECK (container_size > 0),
    serving_size        BIGINT NOT NULL CHECK (serving_size > 0),
    low_stock_threshold INTEGER CHECK (low_stock_threshold >= 0),
    archived_at         TIMESTAMP(6) WITH TIME ZONE,
    archive_reason      VARCHAR(500),
    -- venue and folded name while not archived
    active_key          VARCHAR(200) UNIQUE,
    version             BIGINT NOT NULL,
    created_at          TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    updated_at          TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

CREATE TABLE product_aliases (
    product_id VARCHAR(40) NOT NULL REFERENCES products,
    alias      VARCHAR(80) NOT NULL,
    PRIMARY KEY (product_id, alias)
);

CREATE TABLE recipe_items (
    product_id    VARCHAR(40) NOT NULL REFERENCES products,
    ingredient_id VARCHAR(40) NOT NULL REFERENCES products,
    amount        BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (product_id, ingredient_id)
);

CREATE TABLE stock_levels (
    product_id  VARCHAR(40) NOT NULL REFERENCES products,
    location_id VARCHAR(40) NOT NULL REFERENCES locations,
    on_hand     BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (product_id, location_id)
);

CREATE TABLE stock_movements (
    id            VARCHAR(40) PRIMARY KEY,
    venue_id      VARCHAR(40) NOT NULL REFERENCES venues,
    product_id    VARCHAR(40) NOT NULL REFERENCES products,
    location_id   VARCHAR(40) NOT NULL REFERENCES locations,
    -- its place among the movements of this stock: the version of the level that it made
    position      BIGINT NOT NULL,
    delta         BIGINT NOT NULL,
    balance_after BIGINT NOT NULL,
    kind          VARCHAR(20) NOT NULL,
    ref_type      VARCHAR(20) NOT NULL,
    ref_id        VARCHAR(40) NOT NULL,
    session_id    VARCHAR(128) NOT NULL,
    call_id       VARCHAR(512),
    moved_at      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    UNIQUE (product_id, location_id, position)
);
CREATE INDEX stock_movements_of_ref ON stock_movements (ref_id);

CREATE TABLE sessions (
    venue_id     VARCHAR(40) NOT NULL REFERENCES venues,
    id           VARCHAR(128) NOT NULL,
    location_id  VARCHAR(40) REFERENCES locations,
    started_at   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    ended_at     TIMESTAMP(6) WITH TIME ZONE,
    end_reason   VARCHAR(500),
    screen       VARCHAR(20),
    -- who is signed in; null when nobody is
    actor        VARCHAR(80),
    role         VARCHAR(10) CHECK (role = 'staff' OR role = 'manager'),
    PRIMARY KEY (venue_id, id)
);

CREATE TABLE orders (
    id             VARCHAR(40) PRIMARY KEY,
    venue_id       VARCHAR(40) NOT NULL REFERENCES venues,
    kind           VARCHAR(4) NOT NULL CHECK (kind = 'cart' OR kind = 'tab'),
    session_id     VARCHAR(128) NOT NULL,
    -- where it was opened; what a tab holds is held there
    location_id    VARCHAR(40) NOT NULL REFERENCES locations,
    tab_name       VARCHAR(80),
    customer_name  VARCHAR(80),
    -- of the customer, or of the tab
    folded_name    VARCHAR(80),
    status         VARCHAR(10) NOT NULL CHECK (status = 'pending' OR status = 'completed' OR status = 'cancelled'),
    payment_status VARCHAR(10) NOT NULL CHECK (payment_status = 'none' OR payment_status = 'pending' OR payment_status = 'completed' OR payment_status = 'refunded'),
    discount_cents BIGINT NOT NULL CHECK (discount_cents >= 0),
    subtotal_cents BIGINT NOT NULL CHECK (subtotal_cents >= 0),
    tax_cents      BIGINT NOT NULL CHECK (tax_cents >= 0),
    total_cents    BIGINT NOT NULL CHECK (total_cents >= 0),
    -- the rate of the venue when this was last counted up; final once it is no longer pending
    tax_bps        INTEGER NOT NULL CHECK (tax_bps BETWEEN 0 AND 10000),
    tax_included   BOOLEAN NOT NULL,
    opened_at      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    closed_at      TIMESTAMP(6) WITH TIME ZONE,
    cancelled_at   TIMESTAMP(6) WITH TIME ZONE,
    cancel_reason  VARCHAR(500),
    -- venue and session of a pending cart, venue and folded name of a pending tab
    open_key       VARCHAR(200) UNIQUE,
    version        BIGINT NOT NULL
);
CREATE INDEX orders_of_venue ON orders (venue_id, opened_at);
CREATE INDEX orders_by_status ON orders (venue_id, status, kind);
CREATE INDEX orders_by_name ON orders (venue_id, folded_name);

CREATE TABLE order_lines (
    order_id         VARCHAR(40) NOT NULL REFERENCES orders,
    position         INTEGER NOT NULL,
    product_id       VARCHAR(40) NOT NULL REFERENCES products,
    name             VARCHAR(80) NOT NULL,
    unit_price_cents BIGINT NOT NULL CHECK (unit_price_cents >= 0),
    quantity         INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    line_total_cents BIGINT NOT NULL CHECK (line_total_cents >= 0),
    PRIMARY KEY (order_id, product_id, unit_price_cents)
);
CREATE INDEX order_lines_of_product ON order_lines (product_id);

CREATE TABLE payments (
    id           VARCHAR(40) PRIMARY KEY,
    venue_id     VARCHAR(40) NOT NULL REFERENCES venues,
    order_id     VARCHAR(40) NOT NULL REFERENCES orders,
    kind         VARCHAR(10) NOT NULL CHECK (kind = 'sale' OR kind = 'refund'),
    method       VARCHAR(20) NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
    tip_cents    BIGINT NOT NULL CHECK (tip_cents >= 0),
    session_id   VARCHAR(128) NOT NULL,
    actor        VARCHAR(80) NOT NULL,
    paid_at      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    UNIQUE (order_id, kind)
);
CREATE INDEX payments_of_venue ON payments (venue_id, paid_at);
CREATE INDEX payments_of_session ON payments (venue_id, session_id, paid_at);

CREATE TABLE inventory_counts (
    id          VARCHAR(40) PRIMARY KEY,
    venue_id    VARCHAR(40) NOT NULL REFERENCES venues,
    location_id VARCHAR(40) NOT NULL REFERENCES locations,
    name        VARCHAR(80) NOT NULL,
    status      VARCHAR(10) NOT NULL CHECK (status = 'open' OR status = 'closed' OR status = 'cancelled'),
    opened_at   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    closed_at   TIMESTAMP(6) WITH TIME ZONE,
    -- the location while open
    open_key    VARCHAR(40) UNIQUE
);

CREATE TABLE inventory_count_lines (
    count_id          VARCHAR(40) NOT NULL REFERENCES inventory_counts,
    product_id        VARCHAR(40) NOT NULL REFERENCES products,
    counted           BIGINT NOT NULL CHECK (counted >= 0),
    expected_at_count BIGINT NOT NULL,
    counted_at        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (count_id, product_id)
);

CREATE TABLE inventory_adjustments (
    id          VARCHAR(40) PRIMARY KEY,
    venue_id    VARCHAR(40) NOT NULL REFERENCES venues,
    product_id  VARCHAR(40) NOT NULL REFERENCES products,
    location_id VARCHAR(40) NOT NULL REFERENCES locations,
    delta       BIGINT NOT NULL,
    type        VARCHAR(20) NOT NULL,
    note        VARCHAR(500),
    source      VARCHAR(10) NOT NULL CHECK (source = 'manual' OR source = 'count'),
    count_id    VARCHAR(40) REFERENCES inventory_counts,
    session_id  VARCHAR(128) NOT NULL,
    created_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    voided_at   TIMESTAMP(6) WITH TIME ZONE,
    void_reason VARCHAR(500)
);
CREATE INDEX inventory_adjustments_of_venue ON inventory_adjustments (venue_id, created_at);
CREATE INDEX inventory_adjustments_of_count ON inventory_adjustments (count_id);

CREATE TABLE events (
    id         VARCHAR(40) PRIMARY KEY,
    venue_id   VARCHAR(40) NOT NULL REFERENCES venues,
    name       VARCHAR(80) NOT NULL,
    event_date DATE NOT NULL,
    status     VARCHAR(10) NOT NULL CHECK (status = 'planned' OR status = 'open' OR status = 'closed'),
    -- venue and folded name while not closed
    open_key   VARCHAR(200) UNIQUE
);

CREATE TABLE event_allocations (
    id          VARCHAR(40) PRIMARY KEY,
    event_id    VARCHAR(40) NOT NULL REFERENCES events,
    product_id  VARCHAR(40) NOT NULL REFERENCES products,
    location_id VARCHAR(40) NOT NULL REFERENCES locations,
    allocated   BIGINT NOT NULL CHECK (allocated > 0),
    consumed    BIGINT NOT NULL CHECK (consumed >= 0),
    returned    BIGINT NOT NULL CHECK (returned >= 0),
    status      VARCHAR(10) NOT NULL CHECK (status = 'open' OR status = 'closed'),
    UNIQUE (event_id, product_id, location_id),
    CHECK (consumed + returned <= allocated)
);
CREATE INDEX event_allocations_of_product ON event_allocations (product_id, status);

CREATE TABLE tool_calls (
    id          VARCHAR(40) NOT NULL,
    venue_id    VARCHAR(40) NOT NULL REFERENCES venues,
    session_id  VARCHAR(128) NOT NULL,
    call_id     VARCHAR(512) NOT NULL,
    name        VARCHAR(64) NOT NULL,
    arguments   VARCHAR(100000) NOT NULL,
    status      VARCHAR(10) NOT NULL CHECK (status = 'done' OR status = 'refused'),
    error_code  VARCHAR(40),
    result      VARCHAR(200000) NOT NULL,
    started_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    duration_us BIGINT NOT NULL,
    PRIMARY KEY (venue_id, session_id, call_id)
);

CREATE TABLE audit_log (
    id           VARCHAR(40) PRIMARY KEY,
    venue_id     VARCHAR(40) NOT NULL REFERENCES venues,
    session_id   VARCHAR(128) NOT NULL,
    actor        VARCHAR(80) NOT NULL,
    action       VARCHAR(40) NOT NULL,
    entity       VARCHAR(40) NOT NULL,
    before_value VARCHAR(4000),
    after_value  VARCHAR(4000),
    logged_at    TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE INDEX audit_log_of_venue ON audit_log (venue_id, logged_at);
