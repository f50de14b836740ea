//! A whole case: a script in parts that can be left out, the values of its parameters, the rows of its tables.

use std::collections::BTreeMap;

use wr_base::value::{Date, Decimal, Period, Value};
use wr_plan::declaration::Table;

use super::catalogue;
use super::definitions::{pipeline, with_definitions};
use super::expression::{Column, Maker, quoted};
use super::pipeline::{Relation, random_relation};
use super::rng::Rng;
use super::schema::{Kind, TABLES, random_rows, random_text};

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) lets: Vec<Relation>,
    /// Promises and outputs.
    pub(super) tail: Vec<String>,
    /// By `$name`.
    pub(super) values: BTreeMap<&'static str, Value>,
    /// `en` or `ru`.
    pub(super) locale: &'static str,
    /// By the table's name.
    pub(super) rows: BTreeMap<&'static str, Vec<Vec<Value>>>,
    /// How its pipelines are said with own relations and steps; `None`: without them.
    pub(super) forms: Option<u64>,
    /// By the table's name, the connection that has it; the others are where their names say.
    pub(super) homes: BTreeMap<&'static str, &'static str>,
}

/// What every script begins with. Parameters that nobody reads are no mistake.
const HEAD: &str = r#"report "Random"

source db: clickhouse
source amp: amplitude
source click: clickhouse
source micro: sqlserver

"#;

const PARAMETERS: &str = r#"param n: int = 3
param share: percent = 10%
param word: text = "a"
param maybe: text?
param flag: bool = true
param days: period = 2026-10-01..2026-10-31
param span: range of int = 2..9
param since: date = 2026-11-09
param cohort: cohort of amp
param kinds: choices = all {
  "a" as "Small",
  "A" as "Great",
  "ёж" as "Hedgehog",
}
param town: choice = "any" {
  "any" as "Anywhere",
  "Москва" as "Moscow",
  "a" as "Elsewhere",
}
param person: choice = first from (from db.people select id, name sort id)
param measure: choice = "rows" {
  "rows" as "Orders" = count(),
  "sum" as "Pieces" = sum(qty),
}
param sums: choices = all {
  "orders" as "Orders" = count(),
  "pieces" as "Pieces" = sum(qty),
  "most" as "Most" = max(qty),
}
param fields: columns = all {
  note as "Note",
  ratio as "Ratio",
  day as "Day",
}

let $next = $n + 1

fn twice(x: int?) -> int? = x * 2
fn older(born: date?, years: int) -> bool? = years_between(born, today) > years

"#;

impl Case {
    pub(super) fn random(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let risky = rng.percent(35);
        let extreme = risky && rng.percent(50) || rng.percent(5);
        let rows = random_tables(&mut rng, extreme);
        Self::reading(seed, rng, risky, rows)
    }

    /// A random program over rows that there are.
    pub(super) fn over(seed: u64, rows: BTreeMap<&'static str, Vec<Vec<Value>>>) -> Self {
        let mut rng = Rng::new(seed);
        let risky = rng.percent(25);
        Self::reading(seed, rng, risky, rows)
    }

    fn reading(seed: u64, mut rng: Rng, risky: bool, rows: BTreeMap<&'static str, Vec<Vec<Value>>>) -> Self {
        let values = random_values(&mut rng, &rows);
        let mut lets: Vec<Relation> = Vec::new();
        for at in 0..=rng.below(4) {
            let relation = random_relation(&mut rng, format!("r{at}"), risky, &lets);
            lets.push(relation);
        }
        let mut tail = Vec::new();
        if rng.percent(25) {
            split(&mut rng, &mut lets, &mut tail);
        }
        if rng.percent(25) {
            shapes(&mut rng, &mut lets, &mut tail);
        }
        outputs(&mut rng, &lets, &mut tail);
        let forms = rng.percent(50).then(|| rng.next());
        let locale = if seed.is_multiple_of(2) { "en" } else { "ru" };
        Self { lets, tail, values, locale, rows, forms, homes: BTreeMap::new() }
    }

    pub(super) fn script(&self) -> String {
        let tables: Vec<String> = TABLES.iter().map(|table| table.declaration() + "\n").collect();
        let mut script = format!("{HEAD}{}{PARAMETERS}", tables.concat());
        let mut declared = Vec::new();
        for relation in &self.lets {
            script += &match self.forms {
                Some(seed) => with_definitions(relation, seed, &mut declared),
                None => pipeline(&format!("let {}", relation.name), relation),
            };
        }
        for statement in &self.tail {
            script += statement;
            script.push('\n');
        }
        for (table, home) in &self.homes {
            script = script.replace(table, &format!("{home}.{}", bare(table)));
        }
        script
    }

    /// The name, with the connection, that a table of the program has among the random ones.
    pub(super) fn name_of(table: &Table) -> &'static str {
        TABLES.iter().map(|random| random.name).find(|name| bare(name) == table.name).unwrap()
    }
}

impl Case {
    /// All of it, for reading: the script without what every script has, the values and rows that it could read.
    pub(super) fn described(&self) -> String {
        let script = self.script();
        let own = script.split_once("> years\n").map_or(script.as_str(), |(_, own)| own);
        let mut words = format!("{}\n", own.trim());
        for (name, value) in self.values.iter().filter(|(name, _)| own.contains(&format!("${name}"))) {
            words += &format!("${name} = {value:?}\n");
        }
        let is_read =
            |name: &'static str| own.contains(&format!("{}.{}", self.homes.get(name).unwrap_or(&"db"), bare(name)));
        for table in TABLES.iter().filter(|table| is_read(table.name) || own.contains(table.name)) {
            words += &format!("{}\n", table.name);
            for row in &self.rows[table.name] {
                let cells = table.columns.iter().zip(row).map(|(column, cell)| format!("{}: {cell:?}", column.name));
                words += &format!("  {}\n", cells.collect::<Vec<_>>().join(", "));
            }
        }
        words
    }
}

/// `people` of `db.people`.
pub(super) fn bare(table: &'static str) -> &'static str {
    table.split_once('.').map_or(table, |(_, name)| name)
}

pub(super) fn random_tables(rng: &mut Rng, extreme: bool) -> BTreeMap<&'static str, Vec<Vec<Value>>> {
    TABLES.iter().map(|table| (table.name, random_rows(rng, table, extreme))).collect()
}

fn random_values(rng: &mut Rng, rows: &BTreeMap<&'static str, Vec<Vec<Value>>>) -> BTreeMap<&'static str, Value> {
    let decimal = |text: &str| Decimal::parse(text).unwrap();
    let date = |text: &str| Date::parse(text).unwrap();
    let mut values = BTreeMap::new();
    values.insert("n", Value::Int(i128::from(rng.between(0, 6))));
    values.insert("share", Value::Percent(decimal(rng.pick::<&str>(&["0", "0.1", "0.333", "0.5", "1"]))));
    values.insert("word", Value::text(random_text(rng)));
    values.insert("maybe", if rng.percent(50) { Value::Null } else { Value::text(random_text(rng)) });
    values.insert("flag", Value::Bool(rng.percent(50)));
    let (first, last) =
        *rng.pick(&[("2026-10-01", "2026-10-31"), ("2026-10-25", "2026-10-25"), ("2026-11-02", "2026-11-01")]);
    values.insert("days", Value::Period(Period { first: date(first), last: date(last) }));
    let end = |value: i64| Some(Box::new(Value::Int(i128::from(value))));
    let open = rng.percent(30);
    values.insert("span", Value::Range(end(rng.between(-2, 4)), if open { None } else { end(rng.between(3, 9)) }));
    values.insert("since", Value::Date(date("2026-11-09")));
    values.insert("cohort", Value::text("c1"));
    let kinds = rng.some(&["a", "A", "ёж"]);
    values.insert("kinds", Value::List(kinds.into_iter().map(Value::text).collect()));
    values.insert("town", Value::text(*rng.pick(&["any", "any", "Москва", "a"])));
    values.insert("measure", Value::text(*rng.pick(&["rows", "sum"])));
    let sums = rng.some(&["orders", "pieces", "most"]);
    values.insert("sums", Value::List(sums.into_iter().map(Value::text).collect()));
    let fields = if rng.percent(20) { Vec::new() } else { rng.some(&["note", "ratio", "day"]) };
    values.insert("fields", Value::List(fields.into_iter().map(Value::text).collect()));
    let people = &rows["db.people"];
    values.insert("person", if people.is_empty() { Value::Int(0) } else { rng.pick(people)[0].clone() });
    values
}

/// A split with its branches, perhaps held, perhaps recorded.
fn split(rng: &mut Rng, lets: &mut Vec<Relation>, tail: &mut Vec<String>) {
    let mut relation = random_relation(rng, "people".to_owned(), false, &[]);
    relation.source = "db.people".to_owned();
    relation.steps = vec!["filter length(name) < 4".to_owned(), "select id, name, city, score".to_owned()];
    if rng.percent(50) {
        relation.steps.insert(0, "filter id > $n if $flag".to_owned());
    }
    let column = |name: &str, kind, nullable| Column { qualifier: None, name: name.to_owned(), kind, nullable };
    relation.columns = vec![column("id", Kind::Int, false), column("name", Kind::Text, false)];
    lets.push(relation);
    let held = if rng.percent(50) { " held" } else { "" };
    let key = *rng.pick(&["id", "id", "name, id"]);
    let seed = *rng.pick(&["$word", "\"draw\"", "\"draw\", $days", "$n, $since"]);
    let counts = *rng.pick(&["", "", " exactly", " stratify by city", " stratify by city, name"]);
    tail.push(format!("split people by {key} seed {seed}{counts} {{\n  low $share{held},\n  high rest,\n}}\n"));
    tail.push("export people.high to csv \"high.csv\"\n".to_owned());
    if !held.is_empty() && rng.percent(40) {
        tail.push("reveal people.low because \"the auditor asks\"\n".to_owned());
        tail.push("export people.low to csv \"low.csv\" { name, id as \"Id\" }\n".to_owned());
    }
    if held.is_empty() {
        tail.push("export people.low to csv \"low.csv\" { id as \"Id\", name }\n".to_owned());
        tail.push("expect rows(people.low) <= rows(people)\n".to_owned());
    }
    if rng.percent(60) {
        let columns = "sub_id = $word,\n  user_id = id,\n  grp = branch,\n  sent_at = now";
        tail.push(format!("record people into db.history key sub_id, user_id {{\n  {columns},\n}}\n"));
    }
}

/// Parameters that change expressions and columns (B4).
fn shapes(rng: &mut Rng, lets: &mut Vec<Relation>, tail: &mut Vec<String>) {
    let steps =
        vec!["filter qty > $n if $flag".to_owned(), "group by day { value = $measure, pieces = sum(qty) }".to_owned()];
    let mut relation = random_relation(rng, "by_day".to_owned(), false, &[]);
    relation.source = "db.orders".to_owned();
    relation.steps = steps;
    if rng.percent(60) {
        relation.steps.push("sort value desc".to_owned());
    }
    let column = |name: &str, kind| Column { qualifier: None, name: name.to_owned(), kind, nullable: false };
    relation.columns = vec![column("day", Kind::Date), column("value", Kind::Int), column("pieces", Kind::Int)];
    lets.push(relation);
    if rng.percent(60) {
        let mut sums = random_relation(rng, "sums".to_owned(), false, &[]);
        sums.source = "db.orders".to_owned();
        sums.steps = vec!["filter qty > $n if $flag".to_owned()];
        sums.steps.push((*rng.pick(&["group by day { $sums }", "aggregate { $sums }"])).to_owned());
        lets.push(sums);
        tail.push("export sums to csv \"sums.csv\"\n".to_owned());
    }
    tail.push(
        concat!(
            "export to xlsx \"days-{$town}-{$days}.xlsx\" {\n",
            "  sheet \"Days\" from by_day { day as \"Day\", value as label($measure) },\n",
            "  sheet \"Orders\" from db.orders { order_id as \"Order\", $fields, qty },\n}\n"
        )
        .to_owned(),
    );
}

fn outputs(rng: &mut Rng, lets: &[Relation], tail: &mut Vec<String>) {
    let plain: Vec<&Relation> = lets.iter().filter(|relation| relation.name.starts_with('r')).collect();
    for (at, relation) in plain.iter().enumerate() {
        let name = &relation.name;
        if at + 1 == plain.len() || rng.percent(45) {
            let columns = rng.some(&relation.columns);
            let list: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let mut list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            let is_whole = rng.percent(45);
            if rng.percent(40) {
                let call = catalogue::call_for_people(&mut Maker { rng, risky: false }, &relation.columns);
                list.push(format!("{} as \"For people\"", call.text));
            }
            let block = if is_whole { String::new() } else { format!(" {{ {} }}", list.join(", ")) };
            let format = *rng.pick(&["csv", "parquet"]);
            tail.push(format!("export {name} to {format} \"{name}.{format}\"{block}\n"));
        }
        if rng.percent(30) {
            tail.push(expectation(rng, relation));
        }
    }
}

fn expectation(rng: &mut Rng, relation: &Relation) -> String {
    let name = &relation.name;
    let column = rng.pick(&relation.columns).clone();
    match rng.below(4) {
        0 => format!("expect rows({name}) in 0..5 else {}\n", quoted("too many")),
        1 => format!("expect unique({name}, {}) else \"{{rows({name})}} rows\"\n", column.name),
        2 if matches!(column.kind, Kind::Int | Kind::Decimal | Kind::Float) => {
            format!("expect sum({name}.{}) >= 0\n", column.name)
        }
        _ => {
            let condition = Maker { rng, risky: false }.bool(&relation.columns, 1).text;
            format!("expect rows(from {name} filter {condition}) <= 50% * rows({name})\n")
        }
    }
}
