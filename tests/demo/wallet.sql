-- The tables of the wallet, as a team that likes ClickHouse would make them.

CREATE TABLE partners (
    id UInt32,
    name String COMMENT 'As the partner writes it',
    category LowCardinality(Nullable(String)),
    fee Nullable(Decimal(5, 2)) COMMENT 'What the partner pays for a card, in percent',
    since Nullable(Date32) COMMENT 'First day of the contract'
) ENGINE = MergeTree ORDER BY id;

CREATE TABLE cards (
    card_id UInt64,
    user_id UInt64,
    partner_id Nullable(UInt32) COMMENT 'Null for a card of a partner that is not ours',
    kind LowCardinality(Nullable(String)),
    issued_at DateTime64(6, 'UTC'),
    card_number String COMMENT 'Digits, with leading zeros; up to 19 of them',
    barcode Nullable(String),
    city Nullable(String) COMMENT 'As typed by the person',
    balance Nullable(Decimal(12, 2))
) ENGINE = MergeTree ORDER BY (issued_at, card_id);

CREATE TABLE push_events (
    event_id String,
    sub_id LowCardinality(String) COMMENT 'The mailing',
    user_id UInt64,
    platform LowCardinality(Nullable(String)),
    kind LowCardinality(String),
    at DateTime64(6, 'UTC') COMMENT 'When it happened, by the clock of the phone',
    received_at DateTime64(6, 'UTC') COMMENT 'When we learnt of it; phones that were off tell it days later'
) ENGINE = MergeTree ORDER BY (sub_id, user_id, at);

CREATE TABLE promo_steps (
    user_id UInt64,
    step_id UInt8 COMMENT '1 to 5; 0 and 6 are bonuses',
    done_at DateTime64(6, 'UTC')
) ENGINE = MergeTree ORDER BY (user_id, done_at);
