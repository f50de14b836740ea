//! PRQL, which is near enough that the differences surprise.

use super::Place::{Condition, Measure, Step, Value};
use super::{Habit, call, known, read};

pub(super) const HABITS: &[Habit] = &[
    read(Step, "derive {double = price * 2}", "derive double = price * 2", "^ derive { {x..} }", "derive «x»"),
    read(Step, "select {city, price}", "select city, price", "^ select { {x..} }", "select «x»"),
    read(Step, "sort {-price, city}", "sort price desc, city", "^ sort { {x..} }", "sort «x|sort»"),
    read(
        Step,
        "group city (aggregate {n = count()})",
        "group by city { n = count() }",
        "^ group {k} ( aggregate { {m..} } )",
        "group by «k» { «m» }",
    ),
    read(
        Step,
        "group {city, day} (aggregate {n = count()})",
        "group by city, day { n = count() }",
        "^ group { {k..} } ( aggregate { {m..} } )",
        "group by «k» { «m» }",
    ),
    read(Step, "aggregate {n = count this}", "aggregate {n = count()}", "count this", "count()"),
    read(
        Step,
        "join users (==user_id)",
        "join users using user_id",
        "^ join {r} ( == {k:word} )",
        "join «r» using «k»",
    ),
    read(
        Step,
        "join side:left users (==user_id)",
        "join left users using user_id",
        "^ join side : left {r} ( == {k:word} )",
        "join left «r» using «k»",
    ),
    read(Step, "append shop.orders", "union shop.orders", "^ append {r}", "union «r»"),
    known(Condition, "city == 'Perm' && price > 5", "city == \"Perm\" and price > 5"),
    known(Condition, "city != null", "city is not null"),
    read(Condition, "city ~= \"^P\"", "contains(city, /^P/)", "{x} ~ = {p:text}", "contains(«x», /«p|bare»/)"),
    read(Condition, "this.price > 5", "price > 5", "this . {x:word}", "«x»"),
    read(Condition, "(price | in 1..5)", "price in 1..5", "( {x} | in {r..} )", "«x» in «r»"),
    read(Condition, "day >= @2026-11-01", "day >= 2026-11-01", "@ {d:number}", "«d»"),
    read(Value, "f\"{city}!\"", "\"{city}!\"", "f {t:text}", "«t»"),
    read(
        Value,
        "case [price > 5 => 1, true => 0]",
        "when price > 5 then 1 else 0",
        "case [ {c..} = > {a..} , true = > {b..} ]",
        "when «c» then «a» else «b»",
    ),
    call(Value, "coalesce(city, \"none\")", "(city ?? \"none\")", "coalesce ( {a..} )", "(«a|fallback»)"),
    read(Value, "text.lower(city)", "lower(city)", "text . lower ( {x..} )", "lower(«x»)"),
    read(Value, "text.length(city)", "length(city)", "text . length ( {x..} )", "length(«x»)"),
    call(Measure, "average(price)", "avg(price)", "average ( {x..} )", "avg(«x»)"),
    read(Measure, "sum this.price", "sum(price)", "sum this . {x:word}", "sum(«x»)"),
];
