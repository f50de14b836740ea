//! Random pipelines: steps as text, and the row that each one leaves.

use super::expression::{Column, Maker};
use super::rng::Rng;
use super::schema::{Kind, TABLES, TableSpec};

/// A relation that can be read: its steps, one text each, and what it gives.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    /// What stands behind `from`.
    pub(super) source: String,
    pub(super) steps: Vec<String>,
    /// Bare columns.
    pub(super) columns: Vec<Column>,
    /// A sort is in force, so `take` is no matter of chance.
    pub(super) is_ordered: bool,
    /// It has no second row.
    pub(super) is_one: bool,
    /// So many tables have at most their rows multiplied in it.
    pub(super) factors: usize,
}

/// A table has about ten rows: what is made of more tables than these is too much for an interpreter.
const MOST_FACTORS: usize = 4;

/// What is on its way through a pipeline.
struct Pipe<'a> {
    rng: &'a mut Rng,
    risky: bool,
    relations: &'a [Relation],
    columns: Vec<Column>,
    is_ordered: bool,
    factors: usize,
    /// New names begin with this and are numbered: no two relations make the same.
    prefix: String,
    names: usize,
    steps: Vec<String>,
}

/// A source by its text, with its columns.
fn table_source(rng: &mut Rng, table: &TableSpec) -> (String, Vec<Column>) {
    let columns = table.columns.iter().map(|column| Column {
        qualifier: None,
        name: column.name.to_owned(),
        kind: column.kind,
        nullable: column.is_nullable(),
    });
    let name = if table.arguments.is_empty() { table.name.to_owned() } else { format!("{}($cohort)", table.name) };
    let _ = rng;
    (name, columns.collect())
}

struct Read {
    text: String,
    columns: Vec<Column>,
    is_ordered: bool,
    factors: usize,
}

fn source(rng: &mut Rng, relations: &[Relation]) -> Read {
    if !relations.is_empty() && rng.percent(45) {
        let Relation { name, columns, is_ordered, factors, .. } = rng.pick(relations).clone();
        return Read { text: name, columns, is_ordered, factors };
    }
    let table = rng.pick(TABLES);
    let (text, columns) = table_source(rng, table);
    Read { text, columns, is_ordered: false, factors: 1 }
}

/// A pipeline that reads tables and earlier relations.
pub(super) fn random_relation(rng: &mut Rng, name: String, risky: bool, relations: &[Relation]) -> Relation {
    let Read { text: source, columns, is_ordered, factors } = source(rng, relations);
    let prefix = name.replace('r', "c");
    let mut pipe = Pipe { rng, risky, relations, columns, is_ordered, factors, prefix, names: 0, steps: Vec::new() };
    let count = pipe.rng.below(6);
    for _ in 0..count {
        pipe.step();
    }
    let is_one = pipe.rng.percent(15);
    if is_one {
        pipe.aggregate();
        if pipe.rng.percent(30) {
            pipe.filter();
        }
    }
    pipe.flatten();
    let Pipe { steps, columns, is_ordered, factors, .. } = pipe;
    Relation { name, source, steps, columns, is_ordered, is_one, factors: if is_one { 1 } else { factors } }
}

impl Pipe<'_> {
    fn maker(&mut self) -> Maker<'_> {
        Maker { rng: self.rng, risky: self.risky }
    }

    fn push(&mut self, step: String) {
        self.steps.push(step);
    }

    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("{}_{}", self.prefix, self.names)
    }

    /// An `if` that is sometimes there. The generator knows nothing of its value.
    fn suffix(&mut self) -> String {
        const CONDITIONS: &[&str] =
            &["$flag", "$town != \"any\"", "$n > 2", "$maybe is not null", "length($word) < 2", "not $flag"];
        if self.rng.percent(25) { format!(" if {}", self.rng.pick(CONDITIONS)) } else { String::new() }
    }

    fn bare(&self) -> Vec<Column> {
        self.columns.iter().filter(|column| column.qualifier.is_none()).cloned().collect()
    }

    fn step(&mut self) {
        match self.rng.below(28) {
            0..=3 => self.filter(),
            4..=6 => self.derive(),
            7 => self.select(),
            8 => self.drop_or_rename(),
            9..=12 => self.join(),
            13 | 14 => self.group(),
            15 | 16 => self.sort(),
            17 => self.take(),
            18 | 19 => self.set_operation(),
            20 => self.sample(),
            21 | 22 => self.window(),
            23 => self.pivot(),
            24 => self.unpivot(),
            25 => self.scalar(),
            _ => self.distinct(),
        }
    }

    fn filter(&mut self) {
        let columns = self.columns.clone();
        let condition = self.maker().bool(&columns, 2).text;
        let suffix = self.suffix();
        self.push(format!("filter {condition}{suffix}"));
    }

    fn derive(&mut self) {
        let columns = self.columns.clone();
        let mut assignments = Vec::new();
        for _ in 0..=self.rng.below(2) {
            let kind = self.kind();
            let depth = self.rng.below(4);
            let value = self.maker().expr(kind, &columns, depth);
            let bare: Vec<Column> = self.bare().into_iter().filter(|column| columns.contains(column)).collect();
            if !bare.is_empty() && self.rng.percent(25) {
                let name = self.rng.pick(&bare).name.clone();
                if assignments.iter().any(|text: &String| text.contains(&format!("replace {name} ="))) {
                    continue;
                }
                assignments.push(format!("replace {name} = {}", value.text));
                let new = Column { qualifier: None, name: name.clone(), kind, nullable: value.nullable };
                let at = self.columns.iter().position(|column| column.qualifier.is_none() && column.name == name);
                self.columns[at.unwrap()] = new;
            } else {
                let name = self.fresh();
                assignments.push(format!("{name} = {}", value.text));
                self.columns.push(Column { qualifier: None, name, kind, nullable: value.nullable });
            }
        }
        self.push(format!("derive {}", assignments.join(", ")));
    }

    fn kind(&mut self) -> Kind {
        *self.rng.pick(&[
            Kind::Int,
            Kind::Int,
            Kind::Decimal,
            Kind::Decimal,
            Kind::Float,
            Kind::Text,
            Kind::Text,
            Kind::Bool,
            Kind::Date,
            Kind::DateTime,
        ])
    }

    fn select(&mut self) {
        let columns = self.columns.clone();
        let mut after: Vec<Column> = Vec::new();
        let mut items = Vec::new();
        for column in self.rng.some(&columns) {
            let is_taken = after.iter().any(|other| other.name == column.name);
            if is_taken || self.rng.percent(20) {
                let name = self.fresh();
                items.push(format!("{} as {name}", column.written()));
                after.push(Column { qualifier: None, name, ..column });
            } else {
                items.push(column.written());
                after.push(Column { qualifier: None, ..column });
            }
        }
        if self.rng.percent(40) {
            let kind = self.kind();
            let value = self.maker().expr(kind, &columns, 2);
            let name = self.fresh();
            items.push(format!("{name} = {}", value.text));
            after.push(Column { qualifier: None, name, kind, nullable: value.nullable });
        }
        self.columns = after;
        self.push(format!("select {}", items.join(", ")));
    }

    fn drop_or_rename(&mut self) {
        if self.columns.len() < 3 {
            return;
        }
        let at = self.rng.below(self.columns.len());
        let written = self.columns[at].written();
        if self.rng.percent(50) {
            self.columns.remove(at);
            self.push(format!("drop {written}"));
        } else {
            let name = self.fresh();
            self.columns[at].name = name.clone();
            self.columns[at].qualifier = None;
            self.push(format!("rename {name} = {written}"));
        }
    }

    fn join(&mut self) {
        let Read { text: mut operand, columns: mut right, factors, .. } = source(self.rng, self.relations);
        let alias = format!("j{}", self.steps.len());
        if self.rng.percent(25) {
            let condition = Maker { rng: self.rng, risky: self.risky }.bool(&right, 1).text;
            operand = format!("(from {operand} filter {condition})");
        }
        // Two joins of many rows multiply: a few steps on, millions.
        let is_wide = self.steps.iter().filter(|step| step.starts_with("join")).count() > 1
            || self.factors + factors > MOST_FACTORS;
        for column in &mut right {
            column.qualifier = Some(alias.clone());
        }
        let kind = *self.rng.pick(&["", "inner ", "left ", "full ", "semi ", "anti ", "cross "]);
        let kind = if is_wide { "semi " } else { kind };
        let one = self.rng.percent(30) && !matches!(kind, "semi " | "anti " | "cross ");
        let many = if one { "one " } else { "" };
        let shared: Vec<Column> = self
            .bare()
            .into_iter()
            .filter(|left| {
                right.iter().any(|other| other.name == left.name && other.kind == left.kind && joins(left.kind))
            })
            .collect();
        let mut merged = None;
        let clause = if kind == "cross " {
            String::new()
        } else if !shared.is_empty() && self.rng.percent(40) {
            let key = self.rng.pick(&shared).clone();
            merged = Some(key.clone());
            format!(" using {}", key.name)
        } else {
            match self.condition(&right) {
                Some(condition) => format!(" on {condition}"),
                None => return,
            }
        };
        let unmatched = if matches!(kind, "" | "inner ") && self.rng.percent(30) {
            *self.rng.pick(&[
                " unmatched drop",
                " unmatched drop",
                " unmatched <= 90%",
                " unmatched fail",
                " unmatched <= $share",
            ])
        } else {
            ""
        };
        let filters = matches!(kind, "semi " | "anti ");
        let suffix = if filters { self.suffix() } else { String::new() };
        self.push(format!("join {many}{kind}{operand} as {alias}{clause}{unmatched}{suffix}"));
        if filters {
            return;
        }
        self.factors += factors;
        self.is_ordered = self.is_ordered && one && kind != "full ";
        if kind == "full " {
            self.columns.iter_mut().for_each(|column| column.nullable = true);
        }
        if kind == "full " || kind == "left " {
            right.iter_mut().for_each(|column| column.nullable = true);
        }
        if let Some(key) = merged {
            // The merged key of a full join is null only where one of the sides is.
            for column in self.columns.iter_mut().filter(|column| column.qualifier.is_none() && column.name == key.name)
            {
                column.nullable = true;
            }
        }
        self.columns.extend(right);
    }

    /// Equal columns, or expressions over them, and perhaps something else that must be true.
    fn condition(&mut self, right: &[Column]) -> Option<String> {
        let pairs: Vec<(Column, Column)> = self
            .columns
            .iter()
            .filter(|left| joins(left.kind))
            .flat_map(|left| {
                right.iter().filter(|other| other.kind == left.kind).map(|other| (left.clone(), other.clone()))
            })
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let (left, other) = self.rng.pick(&pairs).clone();
        let mut parts = vec![match left.kind {
            Kind::Text if self.rng.percent(30) => format!("lower({}) == lower({})", left.written(), other.written()),
            Kind::Int if self.rng.percent(20) => format!("{} == {} + 1", left.written(), other.written()),
            _ => format!("{} == {}", left.written(), other.written()),
        }];
        if self.rng.percent(30) {
            let both: Vec<Column> = self.columns.iter().chain(right).cloned().collect();
            parts.push(self.maker().bool(&both, 1).text);
        }
        Some(parts.join(" and "))
    }

    fn group(&mut self) {
        let columns = self.columns.clone();
        let mut after: Vec<Column> = Vec::new();
        let mut keys = Vec::new();
        let with_keys = self.rng.percent(85);
        if with_keys {
            for _ in 0..=self.rng.below(2) {
                let column = self.rng.pick(&columns).clone();
                if self.rng.percent(70) && !after.iter().any(|other| other.name == column.name) {
                    keys.push(column.written());
                    after.push(Column { qualifier: None, ..column });
                } else {
                    let kind = self.kind();
                    let value = self.maker().expr(kind, &columns, 2);
                    let name = self.fresh();
                    keys.push(format!("{name} = {}", value.text));
                    after.push(Column { qualifier: None, name, kind, nullable: value.nullable });
                }
            }
        }
        let block = self.measures(after);
        self.push(if with_keys {
            format!("group by {} {{ {block} }}", keys.join(", "))
        } else {
            format!("aggregate {{ {block} }}")
        });
    }

    fn aggregate(&mut self) {
        let block = self.measures(Vec::new());
        self.push(format!("aggregate {{ {block} }}"));
    }

    /// Measures of the rows, which leave these columns and their own.
    fn measures(&mut self, mut after: Vec<Column>) -> String {
        let columns = self.columns.clone();
        let mut measures = Vec::new();
        for _ in 0..=self.rng.below(3) {
            let (kind, value) = self.maker().aggregate(&columns);
            let name = self.fresh();
            measures.push(format!("{name} = {}", value.text));
            after.push(Column { qualifier: None, name, kind, nullable: value.nullable });
        }
        self.columns = after;
        self.is_ordered = false;
        measures.join(", ")
    }

    /// The value of a relation of one row, where there is such a relation.
    fn scalar(&mut self) {
        let ones: Vec<&Relation> = self.relations.iter().filter(|relation| relation.is_one).collect();
        if ones.is_empty() {
            return;
        }
        let one = *self.rng.pick(&ones);
        let of = self.rng.pick(&one.columns).clone();
        let scalar = format!("scalar({}.{})", one.name, of.name);
        let columns = self.columns.clone();
        let same: Vec<&Column> = columns.iter().filter(|column| column.kind == of.kind).collect();
        if !same.is_empty() && self.rng.percent(50) {
            let column = self.rng.pick(&same).written();
            let operator = *self.rng.pick(&["is", "is not", "==", "!="]);
            let suffix = self.suffix();
            self.push(format!("filter {column} {operator} {scalar}{suffix}"));
        } else {
            let name = self.fresh();
            self.push(format!("derive {name} = {scalar}"));
            self.columns.push(Column { qualifier: None, name, kind: of.kind, nullable: true });
        }
    }

    fn sort_keys(&mut self) -> String {
        let columns = self.columns.clone();
        let keys: Vec<String> = (0..=self.rng.below(2))
            .map(|_| {
                let kind = self.kind();
                let key = if self.rng.percent(75) {
                    self.rng.pick(&columns).written()
                } else {
                    self.maker().expr(kind, &columns, 1).text
                };
                let way = *self.rng.pick(&["", " desc", " asc"]);
                format!("{key}{way}")
            })
            .collect();
        keys.join(", ")
    }

    fn sort(&mut self) {
        let keys = self.sort_keys();
        let suffix = self.suffix();
        self.is_ordered = self.is_ordered || suffix.is_empty();
        self.push(format!("sort {keys}{suffix}"));
    }

    fn take(&mut self) {
        if !self.is_ordered {
            self.sort();
        }
        if !self.is_ordered {
            return;
        }
        let count = *self.rng.pick(&["0", "1", "3", "5", "$n"]);
        let suffix = self.suffix();
        self.push(format!("take {count}{suffix}"));
    }

    fn distinct(&mut self) {
        let columns = self.columns.clone();
        let on: Vec<String> = self.rng.some(&columns).iter().take(3).map(Column::written).collect();
        let step = match self.rng.below(3) {
            0 => "distinct".to_owned(),
            1 => format!("distinct on {}", on.join(", ")),
            _ => {
                let keys = self.sort_keys();
                format!("distinct on {} keep first by {keys}", on.join(", "))
            }
        };
        let suffix = self.suffix();
        self.is_ordered = false;
        self.push(format!("{step}{suffix}"));
    }

    fn sample(&mut self) {
        let keys: Vec<Column> =
            self.columns.iter().filter(|column| !column.nullable && joins(column.kind)).cloned().collect();
        if keys.is_empty() {
            return;
        }
        let key: Vec<String> = self.rng.some(&keys).iter().take(2).map(Column::written).collect();
        let count = *self.rng.pick(&["0", "1", "2", "4", "$n"]);
        let seed = *self.rng.pick(&["$word", "\"draw\", $days", "$n"]);
        let suffix = self.suffix();
        self.push(format!("sample {count} by {} seed {seed}{suffix}", key.join(", ")));
    }

    /// Few columns identify the rows, or each would be one of its own.
    fn pivot(&mut self) {
        let columns = self.columns.clone();
        let by = self.rng.pick(&columns).clone();
        let values: &[&str] = match by.kind {
            Kind::Int => &["1", "2", "-1", "null as none"],
            Kind::Text => &["\"a\"", "\"A\" as great", "\"\" as blank", "null as none", "\"ёж\""],
            Kind::Bool => &["true", "false", "null as none"],
            Kind::Date => &["2026-10-28", "2026-10-30", "null as none"],
            _ => return,
        };
        let mut listed: Vec<&str> = values.to_vec();
        listed.truncate(1 + self.rng.below(values.len()));
        let mut kept: Vec<Column> = Vec::new();
        for column in self.rng.some(&columns).into_iter().take(1) {
            if column != by && column.name != by.name {
                kept.push(column);
            }
        }
        // The value is computed before, so that its columns are not among those that identify a row.
        let (of, name) = (self.rng.pick(&columns).clone(), self.fresh());
        if of.name == by.name || kept.iter().any(|column| column.name == of.name) {
            return;
        }
        let aggregate = match self.rng.below(4) {
            0 => "count()".to_owned(),
            1 => format!("count_distinct({name})"),
            2 => format!("count_if({name} is not null) + count()"),
            _ => format!("max({name})"),
        };
        let mut items: Vec<String> = kept.iter().map(Column::written).collect();
        items.extend([by.written(), format!("{name} = {}", of.written())]);
        self.push(format!("select {}", items.join(", ")));
        self.push(format!("pivot {aggregate} by {} in [{}]", by.name, listed.join(", ")));
        kept.iter_mut().for_each(|column| column.qualifier = None);
        self.columns = kept;
        let kind = if aggregate.starts_with("max") { of.kind } else { Kind::Int };
        for value in listed {
            let name = value.split(" as ").last().unwrap().trim_matches('"');
            let plain = name.chars().all(|c| c.is_alphanumeric()) && !name.starts_with(|c: char| c.is_ascii_digit());
            let name = if plain && !["true", "false"].contains(&name) { name.to_owned() } else { format!("`{name}`") };
            self.columns.push(Column { qualifier: None, name, kind, nullable: true });
        }
        self.is_ordered = false;
    }

    fn unpivot(&mut self) {
        let kind = self.kind();
        let columns: Vec<Column> =
            self.columns.iter().filter(|column| wider(kind, column.kind) == Some(kind)).cloned().collect();
        if columns.is_empty() {
            return;
        }
        let mut listed: Vec<Column> = Vec::new();
        for column in self.rng.some(&columns).into_iter().take(3) {
            if !listed.iter().any(|other| other.name == column.name) {
                listed.push(column);
            }
        }
        let kind = listed.iter().map(|column| column.kind).reduce(|a, b| wider(a, b).unwrap()).unwrap();
        let (value, name) = (self.fresh(), self.fresh());
        let written: Vec<String> = listed.iter().map(Column::written).collect();
        self.push(format!("unpivot {value} by {name} in [{}]", written.join(", ")));
        self.columns.retain(|column| !listed.contains(column));
        self.columns.push(Column { qualifier: None, name, kind: Kind::Text, nullable: false });
        let nullable = listed.iter().any(|column| column.nullable);
        self.columns.push(Column { qualifier: None, name: value, kind, nullable });
        self.is_ordered = false;
    }

    fn window(&mut self) {
        let columns = self.columns.clone();
        let by: Vec<String> = (0..self.rng.below(3)).map(|_| self.rng.pick(&columns).written()).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
        let sort = self.sort_keys();
        let mut items = Vec::new();
        let mut added = Vec::new();
        for _ in 0..=self.rng.below(3) {
            let frame = *self.rng.pick(&[
                "",
                "",
                " rows ..0",
                " rows -1..0",
                " rows -2..2",
                " rows 0..",
                " rows 1..1",
                " rows 1..-1",
            ]);
            let (kind, value, is_framed) = self.window_value(&columns);
            let frame = if is_framed { frame } else { "" };
            let name = self.fresh();
            items.push(format!("{name} = {value}{frame}"));
            added.push(Column { qualifier: None, name, kind, nullable: true });
        }
        self.push(format!("window{by} sort {sort} {{ {} }}", items.join(", ")));
        self.columns.extend(added);
    }

    /// A value with a window function in it, and whether a frame can stand behind it.
    fn window_value(&mut self, columns: &[Column]) -> (Kind, String, bool) {
        let column = self.rng.pick(columns).clone();
        let (kind, written) = (column.kind, column.written());
        match self.rng.below(9) {
            0 => (Kind::Int, "row_number()".to_owned(), false),
            1 => (Kind::Int, "rank() - dense_rank()".to_owned(), false),
            2 => (Kind::Int, format!("ntile({})", self.rng.between(1, 4)), false),
            3 => (kind, format!("lag({written}, {})", self.rng.between(0, 3)), false),
            4 => (kind, format!("lead({written}, 1, {written})"), false),
            5 => (kind, format!("{}({written})", self.rng.pick::<&str>(&["first", "last"])), true),
            _ => {
                let (kind, value) = self.maker().aggregate(columns);
                (kind, value.text, true)
            }
        }
    }

    /// A few columns, and the same names of another relation; what it has nothing for is computed.
    fn set_operation(&mut self) {
        let Read { text: operand, columns: right, factors, .. } = source(self.rng, self.relations);
        self.factors = self.factors.max(factors);
        let columns = self.columns.clone();
        let mut after: Vec<Column> = Vec::new();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for column in self.rng.some(&columns).into_iter().take(3) {
            if after.iter().any(|other| other.name == column.name) {
                continue;
            }
            let fitting: Vec<&Column> = right.iter().filter(|other| wider(column.kind, other.kind).is_some()).collect();
            let (kind, nullable) = if fitting.is_empty() || self.rng.percent(8) {
                let value = Maker { rng: self.rng, risky: self.risky }.expr(column.kind, &right, 1);
                theirs.push(format!("{} = {}", column.name, value.text));
                (column.kind, column.nullable || value.nullable)
            } else {
                let other = *self.rng.pick(&fitting);
                theirs.push(format!("{} as {}", other.written(), column.name));
                (wider(column.kind, other.kind).unwrap(), column.nullable || other.nullable)
            };
            ours.push(column.written());
            after.push(Column { qualifier: None, kind, nullable, ..column });
        }
        self.push(format!("select {}", ours.join(", ")));
        let word = *self.rng.pick(&["union", "union", "except", "intersect"]);
        let condition = Maker { rng: self.rng, risky: self.risky }.bool(&right, 1).text;
        let filter = if self.rng.percent(30) { format!(" filter {condition}") } else { String::new() };
        theirs.reverse();
        self.push(format!("{word} (from {operand}{filter} select {})", theirs.join(", ")));
        self.columns = after;
        self.is_ordered = false;
    }

    /// Readers see bare names: where qualified columns are left, a last `select` names all that go on.
    fn flatten(&mut self) {
        let clash = |at: usize| self.columns.iter().skip(at + 1).any(|other| other.name == self.columns[at].name);
        let has_clash = (0..self.columns.len()).any(clash);
        if has_clash || self.columns.iter().any(|column| column.qualifier.is_some()) && self.rng.percent(50) {
            self.select();
        }
        for column in &mut self.columns {
            column.qualifier = None;
        }
    }
}

/// The kind to which both widen.
fn wider(left: Kind, right: Kind) -> Option<Kind> {
    match (left, right) {
        (left, right) if left == right => Some(left),
        (Kind::Int, Kind::Decimal) | (Kind::Decimal, Kind::Int) => Some(Kind::Decimal),
        (Kind::Float, Kind::Int | Kind::Decimal) | (Kind::Int | Kind::Decimal, Kind::Float) => Some(Kind::Float),
        _ => None,
    }
}

/// Kinds by which tables are joined here.
const fn joins(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Text | Kind::Date | Kind::Decimal)
}
