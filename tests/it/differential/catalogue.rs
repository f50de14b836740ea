//! The calls that the catalogue allows, found by asking the signatures of its functions: no function can be forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use wr_base::diag::Code;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Decimal, Duration, Value};
use wr_plan::functions::{Argument, Family, FnId, Function, Nulls};

use super::expression::{Maker, Written};
use super::schema::Kind;

/// One argument of a call: any expression of a kind, or words that stand as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Of(Kind),
    Words(&'static str),
}

/// A call: a function, its arguments, what comes out.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) function: FnId,
    pub(super) slots: Vec<Slot>,
    pub(super) result: Kind,
}

pub(super) const KINDS: &[Kind] = &[
    Kind::Int,
    Kind::Decimal,
    Kind::Float,
    Kind::Text,
    Kind::Bool,
    Kind::Date,
    Kind::DateTime,
    Kind::Time,
    Kind::Uuid,
];

pub(super) const WORDS: &[&str] = &[
    "0",
    "1",
    "2",
    "5",
    "25%",
    "0.9",
    "1s",
    "15min",
    "1h",
    "1d",
    "1w",
    "1mo",
    "3mo",
    "1y",
    "\"Asia/Tokyo\"",
    "\"America/New_York\"",
    "\"YYYY-MM-DD\"",
    "\"D.M.YYYY\"",
    "\"YYYY-MM-DDThh:mm\"",
];

/// With alternatives, groups, classes, borders, greedy and not; none takes long where ways are tried one by one.
const PATTERNS: &[&str] = &[
    "/[0-9]+/",
    "/a|ab/",
    r"/(\w)(\w)?$/",
    "/^.{2}/",
    r"/\b\p{L}/",
    "/(?i)ёж|москва/",
    "/a*?b?/",
    r"/([^ ]+) ?(.*)/",
    "/x*/",
    r"/-|\.|\//",
];

/// Arguments behind which no function looks.
const MOST_ARGUMENTS: usize = 3;

/// All calls, by what they give.
pub(super) static SHAPES: LazyLock<BTreeMap<FnId, Vec<Shape>>> = LazyLock::new(|| {
    let called = FnId::ALL.iter().copied().filter(|id| !id.family().is_operator());
    called.map(|function| (function, shapes_of(function))).collect()
});

pub(super) fn shapes_of(function: FnId) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut underway: Vec<Vec<Slot>> = vec![Vec::new()];
    for count in 0..=MOST_ARGUMENTS {
        for slots in &underway {
            shapes.extend(result(function, slots).map(|result| Shape { function, slots: slots.clone(), result }));
        }
        let next = candidates(function, count);
        underway = underway
            .into_iter()
            .flat_map(|slots| next.iter().map(move |slot| [slots.as_slice(), &[*slot]].concat()))
            .collect();
    }
    shapes
}

/// A first argument that is written out says nothing about rows.
fn candidates(function: FnId, at: usize) -> Vec<Slot> {
    if function.pattern_argument() == Some(at) {
        return PATTERNS.iter().map(|pattern| Slot::Words(pattern)).collect();
    }
    let kinds = KINDS.iter().map(|kind| Slot::Of(*kind));
    let words = WORDS.iter().map(|words| Slot::Words(words)).filter(|_| at > 0);
    kinds.chain(words).collect()
}

/// The kind of what a call gives, where the signature allows it.
fn result(function: FnId, slots: &[Slot]) -> Option<Kind> {
    let known: Vec<(Type, Option<Value>)> = slots.iter().map(|slot| as_argument(*slot)).collect();
    let arguments: Vec<Argument<'_>> =
        known.iter().map(|(ty, constant)| Argument { ty, constant: constant.as_ref() }).collect();
    let signature = (function.function().signature)(&arguments).ok()?;
    kind_of(&signature.result)
}

pub(super) fn as_argument(slot: Slot) -> (Type, Option<Value>) {
    let words = match slot {
        Slot::Of(kind) => return (Type::required(data_type(kind)), None),
        Slot::Words(words) => words,
    };
    let literal = |data, value| (Type::required(data), Some(value));
    if let Some(pattern) = words.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return literal(DataType::Text, Value::text(pattern.replace(r"\/", "/")));
    }
    if let Some(text) = words.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return literal(DataType::Text, Value::text(text));
    }
    if let Some(share) = words.strip_suffix('%') {
        let share = Decimal::parse(&format!("0.{share}")).unwrap();
        return literal(DataType::Percent, Value::Percent(share));
    }
    if let Ok(number) = words.parse() {
        return literal(DataType::Int, Value::Int(number));
    }
    if let Some(number) = Decimal::parse(words) {
        return literal(DataType::Decimal { precision: 1, scale: 1 }, Value::Decimal(number));
    }
    literal(DataType::Duration, Value::Duration(duration(words)))
}

fn duration(words: &str) -> Duration {
    let unit = words.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let count: i32 = words[..words.len() - unit.len()].parse().unwrap();
    let exact = |micros: i64| Duration { micros: micros * i64::from(count), ..Duration::default() };
    match unit {
        "s" => exact(1_000_000),
        "min" => exact(60_000_000),
        "h" => exact(3_600_000_000),
        "d" => Duration { days: count, ..Duration::default() },
        "w" => Duration { days: 7 * count, ..Duration::default() },
        "mo" => Duration { months: count, ..Duration::default() },
        "y" => Duration { months: 12 * count, ..Duration::default() },
        other => panic!("{other} is no unit"),
    }
}

pub(super) const fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int,
        Kind::Decimal => DataType::Decimal { precision: 12, scale: 2 },
        Kind::Float => DataType::Float,
        Kind::Text => DataType::Text,
        Kind::Bool => DataType::Bool,
        Kind::Date => DataType::Date,
        Kind::DateTime => DataType::DateTime,
        Kind::Time => DataType::Time,
        Kind::Uuid => DataType::Uuid,
    }
}

pub(super) fn kind_of(ty: &DataType) -> Option<Kind> {
    if matches!(ty, DataType::Decimal { .. }) {
        return Some(Kind::Decimal);
    }
    KINDS.iter().copied().find(|kind| data_type(*kind) == *ty)
}

/// Whether a conversion can meet what it cannot convert, so that most programs with it fail.
fn often_fails(function: &Function) -> bool {
    function.fails.contains(&Code::ConversionFailed)
}

thread_local! {
    static MADE: std::cell::RefCell<BTreeSet<FnId>> = const { std::cell::RefCell::new(BTreeSet::new()) };
}

/// The functions of which a call was made since the last asking, in this thread.
pub(super) fn take_made() -> BTreeSet<FnId> {
    MADE.take()
}

/// A call of any function that gives the kind; each function is as likely as any other.
pub(super) fn random_call(
    maker: &mut Maker<'_>,
    kind: Kind,
    columns: &[super::expression::Column],
    depth: usize,
) -> Option<Written> {
    let risky = maker.risky;
    let suits = |id: &FnId| id.family() != Family::People && (risky || !often_fails(id.function()));
    call_of_any(maker, suits, kind, columns, depth)
}

/// As [`random_call`], of the functions that write for people.
pub(super) fn call_for_people(maker: &mut Maker<'_>, columns: &[super::expression::Column]) -> Written {
    let suits = |function: &FnId| function.family() == Family::People;
    call_of_any(maker, suits, Kind::Text, columns, 1).unwrap()
}

fn call_of_any(
    maker: &mut Maker<'_>,
    suits: impl Fn(&FnId) -> bool,
    kind: Kind,
    columns: &[super::expression::Column],
    depth: usize,
) -> Option<Written> {
    let functions: Vec<Vec<&Shape>> = SHAPES
        .iter()
        .filter(|(function, _)| suits(function))
        .map(|(_, shapes)| shapes.iter().filter(|shape| shape.result == kind).collect::<Vec<_>>())
        .filter(|shapes| !shapes.is_empty())
        .collect();
    if functions.is_empty() {
        return None;
    }
    let shapes = maker.rng.pick(&functions);
    let shape = *maker.rng.pick(shapes);
    MADE.with_borrow_mut(|made| made.insert(shape.function));
    let arguments: Vec<Written> = shape
        .slots
        .iter()
        .map(|slot| match slot {
            Slot::Of(kind) => maker.expr(*kind, columns, depth),
            Slot::Words(words) => Written { text: (*words).to_owned(), nullable: false },
        })
        .collect();
    Some(written(shape, &arguments))
}

/// The call as a script writes it, and whether it may be null.
pub(super) fn written(shape: &Shape, arguments: &[Written]) -> Written {
    let function = shape.function.function();
    let texts: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
    let text = match function.name {
        word @ ("now" | "today") => word.to_owned(),
        _ => format!("{}({})", function.called(), texts.join(", ")),
    };
    let nullable = match function.nulls {
        Nulls::Propagate => arguments.iter().any(|argument| argument.nullable),
        Nulls::PropagateOrGive | Nulls::HandleOrGive => true,
        Nulls::Handle => false,
    };
    Written { text, nullable }
}

#[test]
fn every_function_can_be_called_over_columns() {
    let without: Vec<&FnId> = SHAPES.iter().filter(|(_, shapes)| shapes.is_empty()).map(|(id, _)| id).collect();
    // A period is no column: the random programs read `start($days)`.
    assert_eq!(without, [&FnId::Start, &FnId::End]);
}

#[test]
fn random_programs_call_every_function() {
    take_made();
    for seed in 0..2_500 {
        super::script::Case::random(seed);
    }
    let made = take_made();
    let forgotten: Vec<&FnId> =
        SHAPES.iter().filter(|(id, shapes)| !shapes.is_empty() && !made.contains(id)).map(|(id, _)| id).collect();
    assert_eq!(forgotten, Vec::<&FnId>::new());
}
