//! The tables that random programs read, and random rows for them: nulls, blanks, letters of two alphabets in two cases,
//! numbers at the borders of what can be stored, hours that a change of the clock repeats or leaves out, duplicates.

use wr_base::value::{Date, DateTime, Decimal, Time, Value};

use super::rng::Rng;

/// What a column or an expression is, as far as the generator cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Decimal,
    Float,
    Text,
    Bool,
    Date,
    DateTime,
    Time,
    Uuid,
}

pub(super) struct TableSpec {
    /// With the connection: `db.people`.
    pub(super) name: &'static str,
    pub(super) arguments: &'static str,
    pub(super) key: &'static [&'static str],
    pub(super) columns: &'static [ColumnSpec],
}

pub(super) struct ColumnSpec {
    pub(super) name: &'static str,
    pub(super) ty: &'static str,
    pub(super) kind: Kind,
}

const fn column(name: &'static str, ty: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec { name, ty, kind }
}

impl ColumnSpec {
    pub(super) fn is_nullable(&self) -> bool {
        self.ty.ends_with('?')
    }
}

pub(super) const TABLES: &[TableSpec] = &[
    TableSpec {
        name: "db.people",
        arguments: "",
        key: &["id"],
        columns: &[
            column("id", "int", Kind::Int),
            column("name", "text", Kind::Text),
            column("nick", "text?", Kind::Text),
            column("city", "text?", Kind::Text),
            column("born", "date?", Kind::Date),
            column("joined", "datetime", Kind::DateTime),
            column("score", "float?", Kind::Float),
            column("balance", "decimal(12, 2)?", Kind::Decimal),
            column("active", "bool", Kind::Bool),
            column("boss", "int?", Kind::Int),
            column("wakes", "time?", Kind::Time),
        ],
    },
    TableSpec {
        name: "db.orders",
        arguments: "",
        key: &["order_id"],
        columns: &[
            column("order_id", "int", Kind::Int),
            column("person", "int?", Kind::Int),
            column("amount", "decimal(38, 4)", Kind::Decimal),
            column("qty", "int", Kind::Int),
            column("paid", "bool?", Kind::Bool),
            column("at", "datetime?", Kind::DateTime),
            column("day", "date", Kind::Date),
            column("note", "text?", Kind::Text),
            column("ratio", "float", Kind::Float),
            column("token", "uuid?", Kind::Uuid),
        ],
    },
    TableSpec {
        name: "db.tags",
        arguments: "",
        key: &[],
        columns: &[
            column("person", "int?", Kind::Int),
            column("tag", "text", Kind::Text),
            column("weight", "decimal(38, 10)?", Kind::Decimal),
        ],
    },
    TableSpec {
        name: "db.rates",
        arguments: "",
        key: &["city", "day"],
        columns: &[
            column("city", "text", Kind::Text),
            column("day", "date", Kind::Date),
            column("rate", "decimal(5, 4)", Kind::Decimal),
            column("label", "text?", Kind::Text),
        ],
    },
    TableSpec {
        name: "amp.cohort",
        arguments: "(id: cohort of amp)",
        key: &[],
        columns: &[column("amplitude_id", "int", Kind::Int), column("user_id", "text?", Kind::Text)],
    },
    TableSpec {
        name: "db.history",
        arguments: "",
        key: &["sub_id", "user_id"],
        columns: &[
            column("sub_id", "text", Kind::Text),
            column("user_id", "int", Kind::Int),
            column("grp", "text", Kind::Text),
            column("sent_at", "datetime", Kind::DateTime),
        ],
    },
];

impl TableSpec {
    pub(super) fn declaration(&self) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("  {}: {},\n", column.name, column.ty)).collect();
        let key = if self.key.is_empty() { String::new() } else { format!(" key {}", self.key.join(", ")) };
        format!("table {}{}{key} {{\n{}}}\n", self.name, self.arguments, columns.concat())
    }
}

/// Rows that keep what the key claims. `extreme`: with numbers at the borders, which make most arithmetic fail.
pub(super) fn random_rows(rng: &mut Rng, table: &TableSpec, extreme: bool) -> Vec<Vec<Value>> {
    let count = match rng.below(10) {
        0 => 0,
        1 => 1,
        _ => rng.below(14),
    };
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for _ in 0..count {
        let row: Vec<Value> = table.columns.iter().map(|column| random_cell(rng, column, extreme)).collect();
        let key = |row: &[Value]| {
            let part = |name: &&str| row[table.columns.iter().position(|column| column.name == *name).unwrap()].clone();
            table.key.iter().map(part).collect::<Vec<_>>()
        };
        if table.key.is_empty() {
            // Whole rows twice, too.
            if rng.percent(15) {
                rows.push(row.clone());
            }
        } else if rows.iter().any(|other| key(other) == key(&row)) {
            continue;
        }
        rows.push(row);
    }
    rows
}

fn random_cell(rng: &mut Rng, column: &ColumnSpec, extreme: bool) -> Value {
    if column.is_nullable() && rng.percent(25) {
        return Value::Null;
    }
    match column.kind {
        Kind::Int => Value::Int(random_int(rng, extreme)),
        Kind::Decimal => Value::Decimal(random_decimal(rng, column.ty, extreme)),
        Kind::Float => Value::Float(random_float(rng, extreme)),
        Kind::Text => Value::text(random_text(rng)),
        Kind::Bool => Value::Bool(rng.percent(50)),
        Kind::Date => Value::Date(random_date(rng, extreme)),
        Kind::DateTime => Value::DateTime(random_instant(rng, extreme)),
        Kind::Time => Value::Time(random_time(rng)),
        Kind::Uuid => Value::Uuid(random_uuid(rng)),
    }
}

pub(super) fn random_int(rng: &mut Rng, extreme: bool) -> i128 {
    const BORDERS: &[i128] = &[
        i128::MAX,
        i128::MIN,
        1 << 63,
        (1 << 63) - 1,
        -(1 << 63),
        (1 << 64) - 1,
        1 << 64,
        (1 << 53) + 1,
        4_111_111_111_111_111_111,
    ];
    if extreme && rng.percent(15) { *rng.pick(BORDERS) } else { i128::from(rng.between(-3, 12)) }
}

fn random_decimal(rng: &mut Rng, ty: &str, extreme: bool) -> Decimal {
    let digits: Vec<u32> = ty.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let (precision, scale) = (digits[0], digits[1]);
    let unscaled = if extreme && rng.percent(15) {
        let most = 10_i128.pow(precision) - 1;
        if rng.percent(50) { most } else { -most }
    } else {
        let small = i128::from(rng.between(-30, 30));
        small * 10_i128.pow(scale.saturating_sub(1)) + if rng.percent(30) { 5 } else { 0 }
    };
    let unscaled = unscaled.clamp(1 - 10_i128.pow(precision), 10_i128.pow(precision) - 1);
    Decimal::new(unscaled, scale as u8).unwrap()
}

fn random_float(rng: &mut Rng, extreme: bool) -> f64 {
    const BORDERS: &[f64] = &[1e308, -1e308, 5e-324, 1e-308, 9_007_199_254_740_993.0, 1.797e308];
    const PLAIN: &[f64] = &[0.0, -0.0, 0.1, 0.2, 0.3, 0.5, 1.5, 2.5, -2.5, 3.0, -7.0, 2.675, 1e6, 0.0001];
    if extreme && rng.percent(15) { *rng.pick(BORDERS) } else { *rng.pick(PLAIN) }
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "a ",
    " a",
    "b",
    "B",
    "ёж",
    "ЁЖ",
    "Ёлка",
    "ёлка",
    "Москва",
    "МОСКВА",
    "0042",
    "42",
    "-7",
    "x7",
    "1.5",
    "12,5",
    "1e3",
    "2026-11-09",
    "2026-02-30",
    "2026-11-09T08:00",
    "é",
    "e\u{301}",
    "ß",
    "SS",
    "say \"a\"",
    "a,b",
    "two\nlines",
    "ΣΑΣ",
    "=1+1",
    "\u{a0}a\t",
    "🏖️",
    "{a}",
    "170141183460469231731687303715884105728",
    "test",
    "control",
    "09:30:15.5",
    "01234567-89AB-cdef-0123-456789abcdef",
    "Asia/Tokyo",
    "9.11.2026",
    "a/b/c",
    "user@example.com",
    "+7 (900) 123-45-67",
    "İ",
    "ı",
    "I",
    "i",
];

pub(super) fn random_text(rng: &mut Rng) -> &'static str {
    // The first few meet one another often.
    if rng.percent(60) { TEXTS[2 + rng.below(12)] } else { rng.pick::<&str>(TEXTS) }
}

pub(super) fn random_date(rng: &mut Rng, extreme: bool) -> Date {
    let date = |text: &str| Date::parse(text).unwrap();
    match rng.below(12) {
        0 if extreme => Date::MIN,
        1 if extreme => Date::MAX,
        2 => date("2024-02-29"),
        3 => date("1969-12-31"),
        4 => date("2004-02-29"),
        5 => date("2026-03-29"),
        _ => Date(date("2026-10-28").0 + rng.between(-4, 30) as i32),
    }
}

fn random_instant(rng: &mut Rng, extreme: bool) -> DateTime {
    const MICROS: i64 = 1_000_000;
    // The clocks of Berlin change at these; the day of Berlin begins an hour or two before that of UTC.
    const CHANGES: &[i64] = &[1_774_746_000, 1_792_890_000];
    let base = match rng.below(10) {
        0 if extreme => return *rng.pick(&[DateTime::MIN, DateTime::MAX]),
        1..=3 => *rng.pick(CHANGES) + rng.between(-3, 3) * 1_800,
        4 => -1,
        _ => 1_793_491_200 + rng.between(-3, 30) * 86_400 - rng.between(0, 4) * 3_600,
    };
    DateTime(base * MICROS + *rng.pick(&[0, 0, 0, -1, 1, 999_999]))
}

fn random_time(rng: &mut Rng) -> Time {
    const TIMES: &[i64] = &[0, 30_600_000_000, 30_600_000_000, 86_399_999_999, 43_200_500_000];
    Time(*rng.pick(TIMES))
}

/// Few, so that they meet.
fn random_uuid(rng: &mut Rng) -> u128 {
    *rng.pick(&[0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef])
}
