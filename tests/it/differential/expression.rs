//! Random expressions of a kind, as text, over the columns and values in sight.

use super::catalogue;
use super::rng::Rng;
use super::schema::{Kind, random_date, random_int, random_text};

/// A column as it is written where it can be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) qualifier: Option<String>,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
}

impl Column {
    pub(super) fn written(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{qualifier}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// An expression, and whether it may be null.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) nullable: bool,
}

fn sure(text: impl Into<String>) -> Written {
    Written { text: text.into(), nullable: false }
}

/// What decides how expressions are made.
pub(super) struct Maker<'a> {
    pub(super) rng: &'a mut Rng,
    /// Conversions that fail on some texts, numbers that overflow.
    pub(super) risky: bool,
}

const EXACT: &[Kind] = &[Kind::Int, Kind::Decimal];
const ORDERED: &[Kind] =
    &[Kind::Int, Kind::Decimal, Kind::Float, Kind::Text, Kind::Date, Kind::DateTime, Kind::Time, Kind::Uuid];

impl Maker<'_> {
    /// A column of the kind, a value known before rows, a literal.
    fn leaf(&mut self, kind: Kind, columns: &[Column]) -> Written {
        let suitable: Vec<&Column> = columns.iter().filter(|column| column.kind == kind).collect();
        if !suitable.is_empty() && self.rng.percent(75) {
            let column = *self.rng.pick(&suitable);
            return Written { text: column.written(), nullable: column.nullable };
        }
        self.constant(kind)
    }

    /// What reads no column.
    pub(super) fn constant(&mut self, kind: Kind) -> Written {
        let rng = &mut *self.rng;
        match kind {
            Kind::Int if rng.percent(20) => sure(*rng.pick(&["$n", "$next", "year(today)", "abs($n)"])),
            Kind::Int => {
                let number = random_int(rng, self.risky);
                // The smallest has no literal: its digits alone are too many.
                sure(if number == i128::MIN { "-7".to_owned() } else { negative_in_parentheses(number) })
            }
            Kind::Decimal => {
                sure(*rng.pick(&["0.5", "1.25", "100.00", "0.0001", "2.50", "(-1.5)", "12345678901234567890.5"]))
            }
            Kind::Float => sure(*rng.pick(&["float(0.1)", "float(3)", "(1 / 4 ?? float(0))", "float(2.5)"])),
            Kind::Text if rng.percent(20) => match rng.below(3) {
                0 => sure("$word"),
                1 => sure("($maybe ?? \"a\")"),
                _ => sure("upper($town)"),
            },
            Kind::Text => sure(quoted(random_text(rng))),
            Kind::Bool => sure(*rng.pick(&["true", "false", "$flag", "($n > 3)"])),
            Kind::Date if rng.percent(30) => sure(*rng.pick(&["today", "$since", "start($days)", "end($days)"])),
            Kind::Date => sure(random_date(rng, false).to_string()),
            Kind::DateTime => {
                sure(*rng.pick(&["now", "2026-10-25T02:30", "2026-03-29T02:30", "2026-11-01T00:00", "(now - 7d)"]))
            }
            Kind::Time => sure(*rng.pick(&["08:30", "00:00", "time(\"12:00:00.5\")", "time(now)"])),
            Kind::Uuid => sure("uuid(\"0123456789abcdef0123456789ABCDEF\")"),
        }
    }

    pub(super) fn expr(&mut self, kind: Kind, columns: &[Column], depth: usize) -> Written {
        if depth == 0 || self.rng.percent(20) {
            return self.leaf(kind, columns);
        }
        let inner = depth - 1;
        match self.rng.below(9) {
            0 => {
                let condition = self.expr(Kind::Bool, columns, inner);
                let (yes, no) = (self.expr(kind, columns, inner), self.expr(kind, columns, inner));
                let nullable = yes.nullable || no.nullable;
                let text = format!("(when {} then {} else {})", condition.text, yes.text, no.text);
                Written { text, nullable }
            }
            1 => {
                let (left, right) = (self.expr(kind, columns, inner), self.expr(kind, columns, inner));
                // `??` after what is never null is refused.
                if !left.nullable {
                    return left;
                }
                Written { text: format!("({} ?? {})", left.text, right.text), nullable: right.nullable }
            }
            2 if kind != Kind::Bool => {
                let name = *self.rng.pick(&["least", "greatest"]);
                let (left, right) = (self.expr(kind, columns, inner), self.expr(kind, columns, inner));
                let nullable = left.nullable || right.nullable;
                Written { text: format!("{name}({}, {})", left.text, right.text), nullable }
            }
            3 | 4 => match catalogue::random_call(self, kind, columns, inner) {
                Some(call) => call,
                None => self.leaf(kind, columns),
            },
            _ => match kind {
                Kind::Int => self.int(columns, inner),
                Kind::Decimal => self.decimal(columns, inner),
                Kind::Float => self.float(columns, inner),
                Kind::Text => self.text(columns, inner),
                Kind::Bool => self.bool(columns, inner),
                Kind::Date => self.date(columns, inner),
                Kind::DateTime => self.instant(columns, inner),
                Kind::Time | Kind::Uuid => self.leaf(kind, columns),
            },
        }
    }

    fn call(&mut self, name: &str, arguments: &[Kind], columns: &[Column], depth: usize) -> Written {
        let arguments: Vec<Written> = arguments.iter().map(|kind| self.expr(*kind, columns, depth)).collect();
        let texts: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
        let nullable = arguments.iter().any(|argument| argument.nullable) || name.ends_with('?');
        Written { text: format!("{name}({})", texts.join(", ")), nullable }
    }

    fn binary(&mut self, operator: &str, kinds: [Kind; 2], columns: &[Column], depth: usize) -> Written {
        let [left, right] = kinds.map(|kind| self.expr(kind, columns, depth));
        let gives_null = matches!(operator, "/" | "//" | "mod");
        let nullable = left.nullable || right.nullable || gives_null;
        Written { text: format!("({} {operator} {})", left.text, right.text), nullable }
    }

    /// The strict conversion where failures are wanted, else the one that gives null.
    fn conversion(&mut self, name: &str) -> String {
        if self.risky && self.rng.percent(60) { name.to_owned() } else { format!("{name}?") }
    }

    fn int(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(12) {
            0 => {
                let operator = *self.rng.pick(&["+", "-"]);
                self.binary(operator, [Kind::Int, Kind::Int], columns, depth)
            }
            1 => self.binary("*", [Kind::Int, Kind::Int], columns, depth.min(1)),
            2 => {
                let kind = *self.rng.pick(EXACT);
                self.binary("//", [kind, kind], columns, depth)
            }
            3 => self.binary("mod", [Kind::Int, Kind::Int], columns, depth),
            4 => self.call("length", &[Kind::Text], columns, depth),
            5 => {
                let name = self.conversion("int");
                self.call(&name, &[Kind::Text], columns, depth)
            }
            6 => {
                let name = *self.rng.pick(&["round", "floor", "ceil"]);
                let kind = *self.rng.pick(&[Kind::Decimal, Kind::Float, Kind::Decimal]);
                self.call(name, &[kind], columns, depth)
            }
            7 => {
                let name = *self.rng.pick(&["year", "month", "day", "weekday"]);
                let kind = *self.rng.pick(&[Kind::Date, Kind::DateTime]);
                self.call(name, &[kind], columns, depth)
            }
            8 => {
                let name = *self.rng.pick(&["days_between", "years_between"]);
                self.call(name, &[Kind::Date, Kind::Date], columns, depth)
            }
            9 => {
                let name = *self.rng.pick(&["abs", "-"]);
                let number = self.expr(Kind::Int, columns, depth);
                let open = if name == "-" { "(-(" } else { "(abs(" };
                Written { text: format!("{open}{}))", number.text), nullable: number.nullable }
            }
            10 => {
                let mut twice = self.call("twice", &[Kind::Int], columns, depth);
                twice.nullable = true;
                twice
            }
            _ => {
                let name = self.conversion("int");
                let kind = *self.rng.pick(&[Kind::Decimal, Kind::Float]);
                self.call(&name, &[kind], columns, depth)
            }
        }
    }

    fn decimal(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(8) {
            0 | 1 => {
                let operator = *self.rng.pick(&["+", "-"]);
                let other = *self.rng.pick(EXACT);
                self.binary(operator, [Kind::Decimal, other], columns, depth)
            }
            2 => {
                // Scales add up: a product of products would have too many digits.
                let left = self.leaf(Kind::Decimal, columns);
                let factor = *self.rng.pick(&["2", "0.5", "10%", "$share", "$n"]);
                Written { text: format!("({} * {factor})", left.text), nullable: left.nullable }
            }
            3 => {
                let number = self.expr(Kind::Decimal, columns, depth);
                let digits = self.rng.below(5);
                Written { text: format!("round({}, {digits})", number.text), nullable: number.nullable }
            }
            4 => {
                let kinds = [*self.rng.pick(EXACT), *self.rng.pick(EXACT)];
                let [left, right] = kinds.map(|kind| self.expr(kind, columns, depth));
                let digits = self.rng.below(6);
                Written { text: format!("div({}, {}, {digits})", left.text, right.text), nullable: true }
            }
            5 => {
                let name = self.conversion("decimal");
                let kind = *self.rng.pick(&[Kind::Text, Kind::Float, Kind::Int, Kind::Decimal]);
                let argument = self.expr(kind, columns, depth);
                let digits = self.rng.below(6);
                let nullable = argument.nullable || name.ends_with('?');
                Written { text: format!("{name}({}, {digits})", argument.text), nullable }
            }
            6 => self.binary("mod", [Kind::Decimal, Kind::Decimal], columns, depth),
            _ => self.call("abs", &[Kind::Decimal], columns, depth),
        }
    }

    fn float(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(6) {
            0 | 1 => {
                let operator = *self.rng.pick(&["+", "-", "*"]);
                let other = *self.rng.pick(&[Kind::Float, Kind::Int, Kind::Decimal]);
                self.binary(operator, [Kind::Float, other], columns, depth)
            }
            2 => {
                let kinds = [*self.rng.pick(&[Kind::Int, Kind::Decimal, Kind::Float]), *self.rng.pick(EXACT)];
                self.binary("/", kinds, columns, depth)
            }
            3 => {
                let name = self.conversion("float");
                let kind = *self.rng.pick(&[Kind::Text, Kind::Int, Kind::Decimal]);
                self.call(&name, &[kind], columns, depth)
            }
            4 => {
                let number = self.expr(Kind::Float, columns, depth);
                let digits = self.rng.below(4);
                Written { text: format!("round({}, {digits})", number.text), nullable: number.nullable }
            }
            _ => self.call("abs", &[Kind::Float], columns, depth),
        }
    }

    fn text(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(6) {
            0 | 1 => {
                let name = *self.rng.pick(&["lower", "upper", "trim"]);
                self.call(name, &[Kind::Text], columns, depth)
            }
            2 => self.call("replace", &[Kind::Text, Kind::Text, Kind::Text], columns, depth.min(1)),
            3 if !columns.is_empty() => {
                let (a, b) = (self.rng.pick(columns).clone(), self.rng.pick(columns).clone());
                Written {
                    text: format!("\"{{{}}}-{{{}}}!\"", a.written(), b.written()),
                    nullable: a.nullable || b.nullable,
                }
            }
            _ => {
                let kinds = [Kind::Int, Kind::Decimal, Kind::Float, Kind::Bool, Kind::Date, Kind::DateTime, Kind::Uuid];
                let kind = *self.rng.pick(&kinds);
                self.call("text", &[kind], columns, depth)
            }
        }
    }

    pub(super) fn bool(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(12) {
            0 | 1 => {
                let operator = *self.rng.pick(&["and", "or"]);
                self.binary(operator, [Kind::Bool, Kind::Bool], columns, depth)
            }
            2 => {
                let inner = self.expr(Kind::Bool, columns, depth);
                Written { text: format!("(not {})", inner.text), nullable: inner.nullable }
            }
            3 => {
                let kind = *self.rng.pick(ORDERED);
                let value = self.expr(kind, columns, depth);
                // What is never null is not asked.
                if !value.nullable {
                    return sure("true");
                }
                let operator = *self.rng.pick(&["is null", "is not null"]);
                sure(format!("({} {operator})", value.text))
            }
            4 => {
                let kind = *self.rng.pick(ORDERED);
                let operator = *self.rng.pick(&["is", "is not"]);
                let [left, right] = [kind, kind].map(|kind| self.expr(kind, columns, depth));
                sure(format!("({} {operator} {})", left.text, right.text))
            }
            5 => {
                let name = *self.rng.pick(&["starts_with", "ends_with", "contains", "same_text"]);
                self.call(name, &[Kind::Text, Kind::Text], columns, depth)
            }
            6 => {
                let kind = *self.rng.pick(&[Kind::Int, Kind::Text, Kind::Date, Kind::Decimal]);
                let value = self.expr(kind, columns, depth);
                let items: Vec<String> = (0..=self.rng.below(3)).map(|_| self.constant(kind).text).collect();
                let operator = *self.rng.pick(&["in", "not in"]);
                Written {
                    text: format!("({} {operator} [{}])", value.text, items.join(", ")),
                    nullable: value.nullable,
                }
            }
            7 => {
                let (kind, set) = *self.rng.pick(&[
                    (Kind::Int, "2..9"),
                    (Kind::Int, "$span"),
                    (Kind::Decimal, "-1..2"),
                    (Kind::Text, "$kinds"),
                    (Kind::Date, "$days"),
                    (Kind::DateTime, "$days"),
                    (Kind::Date, "last month"),
                    (Kind::DateTime, "last 7 days"),
                    (Kind::DateTime, "2026-10-25..2026-10-25"),
                    (Kind::Int, "4.."),
                    (Kind::Date, "this week"),
                    (Kind::DateTime, "past 28d"),
                ]);
                let value = self.expr(kind, columns, depth);
                let operator = *self.rng.pick(&["in", "not in"]);
                Written { text: format!("({} {operator} ({set}))", value.text), nullable: value.nullable }
            }
            _ => {
                let operator = *self.rng.pick(&["==", "!=", "<", "<=", ">", ">="]);
                let kind = *self.rng.pick(ORDERED);
                let other = match kind {
                    Kind::Int | Kind::Decimal if self.rng.percent(30) => *self.rng.pick(EXACT),
                    _ => kind,
                };
                self.binary(operator, [kind, other], columns, depth)
            }
        }
    }

    fn date(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(4) {
            0 => {
                let name = self.conversion("date");
                self.call(&name, &[Kind::Text], columns, depth)
            }
            1 => {
                let date = self.expr(Kind::Date, columns, depth);
                let by = *self.rng.pick(&["+ 1d", "- 1mo", "+ 1y", "- 2w", "+ $n * 1d", "- 1mo * $n"]);
                Written { text: format!("({} {by})", date.text), nullable: date.nullable }
            }
            _ => self.call("date", &[Kind::DateTime], columns, depth),
        }
    }

    fn instant(&mut self, columns: &[Column], depth: usize) -> Written {
        match self.rng.below(4) {
            0 => {
                let name = self.conversion("datetime");
                self.call(&name, &[Kind::Text], columns, depth)
            }
            1 => {
                let name = self.conversion("datetime");
                self.call(&name, &[Kind::Date], columns, depth)
            }
            _ => {
                let at = self.expr(Kind::DateTime, columns, depth);
                let by = *self.rng.pick(&["+ 1d", "- 1mo", "+ 24h", "- 90min", "- 1y"]);
                Written { text: format!("({} {by})", at.text), nullable: at.nullable }
            }
        }
    }

    /// A function over the rows of a group, of a kind that it tells.
    pub(super) fn aggregate(&mut self, columns: &[Column]) -> (Kind, Written) {
        let condition = |maker: &mut Self| maker.expr(Kind::Bool, columns, 1).text;
        match self.rng.below(12) {
            0 => (Kind::Int, sure("count()")),
            1 => (Kind::Int, sure(format!("count_if({})", condition(self)))),
            2 => {
                let kind = *self.rng.pick(ORDERED);
                let value = self.expr(kind, columns, 1);
                (Kind::Int, sure(format!("count_distinct({})", value.text)))
            }
            3 => {
                let kind = *self.rng.pick(&[Kind::Int, Kind::Decimal, Kind::Float]);
                let value = self.expr(kind, columns, 1);
                (kind, sure(format!("sum({})", value.text)))
            }
            4 => {
                let kind = *self.rng.pick(&[Kind::Int, Kind::Decimal, Kind::Float]);
                let value = self.expr(kind, columns, 1);
                (Kind::Float, Written { text: format!("avg({})", value.text), nullable: true })
            }
            5 => {
                let name = *self.rng.pick(&["any", "all"]);
                (Kind::Bool, sure(format!("{name}({})", condition(self))))
            }
            6 => {
                let (a, b) = (self.expr(Kind::Int, columns, 1).text, self.expr(Kind::Int, columns, 0).text);
                let text = format!("(when count() > 2 then sum({a}) else sum({b}) + count())");
                (Kind::Int, sure(text))
            }
            7 | 8 => self.measured(columns),
            9 | 10 => self.chosen(columns),
            _ => {
                let name = *self.rng.pick(&["min", "max"]);
                let kind = *self.rng.pick(ORDERED);
                let value = self.expr(kind, columns, 1);
                (kind, Written { text: format!("{name}({})", value.text), nullable: true })
            }
        }
    }

    /// How numbers are spread.
    fn measured(&mut self, columns: &[Column]) -> (Kind, Written) {
        const NAMES: &[&str] = &["median", "variance", "variance_population", "stddev", "stddev_population"];
        const SHARES: &[&str] = &["0", "1", "0.5", "90%", "33.3%", "0.001"];
        let kind = *self.rng.pick(&[Kind::Int, Kind::Decimal, Kind::Float]);
        let value = self.expr(kind, columns, 1).text;
        let text = if self.rng.percent(30) {
            format!("quantile({value}, {})", self.rng.pick(SHARES))
        } else {
            format!("{}({value})", self.rng.pick(NAMES))
        };
        (Kind::Float, Written { text, nullable: true })
    }

    /// Values that are taken for their place.
    fn chosen(&mut self, columns: &[Column]) -> (Kind, Written) {
        let kind = *self.rng.pick(&[Kind::Int, Kind::Decimal, Kind::Float, Kind::Text, Kind::Bool, Kind::DateTime]);
        let value = self.expr(kind, columns, 1).text;
        let (kind, text) = match self.rng.below(4) {
            0 => (kind, format!("mode({value})")),
            1 => {
                let name = *self.rng.pick(&["first", "last"]);
                (kind, format!("{name}({value} by {})", self.keys(columns)))
            }
            2 => {
                let value = self.expr(Kind::Text, columns, 1).text;
                let by = if self.rng.percent(50) { format!(" by {}", self.keys(columns)) } else { String::new() };
                (Kind::Text, format!("join_text({value}, \"; \"{by})"))
            }
            _ => {
                let value = self.expr(Kind::Text, columns, 1).text;
                (Kind::Text, format!("join_text_distinct({value}, \"\")"))
            }
        };
        (kind, Written { text, nullable: true })
    }

    /// One key or two.
    fn keys(&mut self, columns: &[Column]) -> String {
        let keys = (0..=self.rng.below(2)).map(|_| {
            let kind = *self.rng.pick(&[Kind::Int, Kind::Float, Kind::Text, Kind::Bool, Kind::Date]);
            let key = self.expr(kind, columns, 1).text;
            format!("{key}{}", self.rng.pick(&["", " desc"]))
        });
        keys.collect::<Vec<_>>().join(", ")
    }
}

fn negative_in_parentheses(number: i128) -> String {
    if number < 0 { format!("({number})") } else { number.to_string() }
}

/// A text as a script writes it.
pub(super) fn quoted(text: &str) -> String {
    let text =
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t").replace('{', "{{");
    format!("\"{text}\"")
}
