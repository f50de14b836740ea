//! The page of types: what each holds, how it is written, what it becomes.

use wr_syntax::ast::TypeNameKind;

use super::TypeDoc;

/// The page of a type as written; `None` for a word that names none.
#[must_use]
pub const fn type_doc(kind: &TypeNameKind) -> Option<&'static TypeDoc> {
    Some(match kind {
        TypeNameKind::Int => &INT,
        TypeNameKind::Decimal(_) => &DECIMAL,
        TypeNameKind::Float => &FLOAT,
        TypeNameKind::Text => &TEXT,
        TypeNameKind::Bool => &BOOL,
        TypeNameKind::Date => &DATE,
        TypeNameKind::DateTime => &DATETIME,
        TypeNameKind::Time => &TIME,
        TypeNameKind::Duration => &DURATION,
        TypeNameKind::Uuid => &UUID,
        TypeNameKind::Percent => &PERCENT,
        TypeNameKind::Range(_) => &RANGE,
        TypeNameKind::Period => &PERIOD,
        TypeNameKind::List(_) => &LIST,
        TypeNameKind::Choice => &CHOICE,
        TypeNameKind::Choices => &CHOICES,
        TypeNameKind::Columns => &COLUMNS,
        TypeNameKind::Cohort(_) => &COHORT,
        TypeNameKind::File => &FILE,
        TypeNameKind::Unknown(_) | TypeNameKind::Error => return None,
    })
}

/// All of them, in the order of the page.
pub const TYPES: &[&TypeDoc] = &[
    &INT, &DECIMAL, &FLOAT, &PERCENT, &TEXT, &BOOL, &DATE, &DATETIME, &TIME, &DURATION, &PERIOD, &UUID, &RANGE, &LIST,
    &CHOICE, &CHOICES, &COLUMNS, &COHORT, &FILE,
];

const INT: TypeDoc = TypeDoc {
    word: "int",
    shape: "int",
    literal: "42, 2_000_000",
    holds: "Whole numbers from −2¹²⁷ to 2¹²⁷−1. A result past that ends the run; nothing wraps.",
    becomes: "decimal and float by itself, where one of them is needed. From a text by `int(x)`, which ends the run on a text that is no \
              number, or `int?(x)`, which gives null.",
    is_column: true,
    answer: Some("`17`, `2 000 000`"),
    example: "param least: int = 5 label \"At least\" where $least >= 0 else \"0 or more\"",
};

const DECIMAL: TypeDoc = TypeDoc {
    word: "decimal",
    shape: "decimal(precision, scale)",
    literal: "19.90",
    holds: "Exact numbers with `precision` digits in all, at most 38, `scale` of them behind the point. Money is this.",
    becomes: "float by itself. From a text by `decimal(x, scale)` or `decimal?(x, scale)`; to fewer digits by `round(x, digits)`.",
    is_column: true,
    answer: Some("`19.90`, `1 000,50`"),
    example: "param least: decimal(12, 2) = 0 label \"At least\"",
};

const FLOAT: TypeDoc = TypeDoc {
    word: "float",
    shape: "float",
    literal: "none: `float(0.1)`",
    holds: "Numbers of 64 bits, as exact as these are. `/` and `avg` give them; `div(x, y, scale)` gives an exact quotient.",
    becomes: "nothing by itself. From others by `float(x)` or `float?(x)`.",
    is_column: true,
    answer: None,
    example: "source shop: clickhouse\n\ntable shop.scores key id { id: int, score: float }\n\nlet scores =\n  from shop.scores\n  filter score >= float(0.5)",
};

const PERCENT: TypeDoc = TypeDoc {
    word: "percent",
    shape: "percent",
    literal: "10%, 0.5%",
    holds: "A share, exactly: `10%` is 0.10. `10% * x` is a tenth of `x`.",
    becomes: "decimal by itself.",
    is_column: false,
    answer: Some("`10%`, `10`"),
    example: "param control: percent = 10% label \"Control group\" where $control <= 50% else \"at most half\"",
};

const TEXT: TypeDoc = TypeDoc {
    word: "text",
    shape: "text",
    literal: "\"Riga\", \"{city}, {n} people\", \"\"\"…\"\"\" for several lines",
    holds: "Unicode. Equal means equal bytes; `same_text(a, b)` ignores case. A `{` before a letter or `$` opens a hole, `{{` is a brace.",
    becomes: "nothing by itself: `int(x)`, `date(x)` and their like say so. From others by `text(x)`.",
    is_column: true,
    answer: Some("any; blanks at both ends go"),
    example: "param sub_id: text label \"Mailing id\" help \"As in the plan\" matches /[A-Z]{2}-[0-9]{4}/",
};

const BOOL: TypeDoc = TypeDoc {
    word: "bool",
    shape: "bool",
    literal: "true, false",
    holds: "True or false. With null there is a third: a condition that is null keeps no row.",
    becomes: "nothing by itself.",
    is_column: true,
    answer: Some("`yes`, `no`, `true`, `false`"),
    example: "param only_new: bool = true label \"Only new clients\"",
};

const DATE: TypeDoc = TypeDoc {
    word: "date",
    shape: "date",
    literal: "2026-11-09",
    holds: "A day of the calendar, up to the year 9999.",
    becomes: "nothing by itself. Of an instant by `date(x)`, in the zone of the report; of a text by `date(x)`, `date?(x)` or \
              `parse_date(x, form)`.",
    is_column: true,
    answer: Some("`2026-11-09`, `9.11.2026`, `today`, `yesterday`"),
    example: "param since: date = 2026-01-01 label \"Since\"",
};

const DATETIME: TypeDoc = TypeDoc {
    word: "datetime",
    shape: "datetime",
    literal: "2026-11-09T08:00",
    holds: "An instant, to the microsecond. The zone of the report says what its day and hour are.",
    becomes: "nothing by itself: compare it with a period (`x in $period`), or its day with a date (`date(x) == $day`).",
    is_column: true,
    answer: Some("`2026-11-09 08:00`, `9.11.2026 8:00`, `now`; a day alone is its beginning"),
    example: "param after: datetime = 2026-11-09T08:00 label \"After\"",
};

const TIME: TypeDoc = TypeDoc {
    word: "time",
    shape: "time",
    literal: "09:00, 09:00:30",
    holds: "A time of day, to the microsecond.",
    becomes: "nothing by itself. Of an instant or a text by `time(x)` or `time?(x)`.",
    is_column: true,
    answer: None,
    example: "use wallet from \"schemas.wr\"\n\nlet early =\n  from wallet.cards\n  filter time(issued_at) < 09:00",
};

const DURATION: TypeDoc = TypeDoc {
    word: "duration",
    shape: "duration",
    literal: "7d, 3h, 15min, 2w, 1mo, 1y",
    holds: "A length of time: `d w mo y` are days and months of the calendar, `h min s` are exact.",
    becomes: "nothing by itself. It moves dates and instants: `x + 7d`. A number of days from the data: `x + n * 1d`.",
    is_column: false,
    answer: None,
    example: "use wallet from \"schemas.wr\"\n\nlet fresh =\n  from wallet.cards\n  filter issued_at >= now - 3h",
};

const PERIOD: TypeDoc = TypeDoc {
    word: "period",
    shape: "period",
    literal: "last month, last 7 days, this week, past 28d, 2026-10-01..2026-10-31",
    holds: "Whole days, the first and the last included, in the zone of the report.",
    becomes: "dates by `start(p)` and `end(p)`.",
    is_column: false,
    answer: Some("`last month`, `2026-10`, `2026`, `2026-10-01..2026-10-31`, `1.10.2026 - 31.10.2026`, `yesterday`"),
    example: "use wallet from \"schemas.wr\"\n\nparam issued: period = last month label \"Issued\"\n\nlet cards =\n  from wallet.cards\n  filter issued_at in $issued",
};

const UUID: TypeDoc = TypeDoc {
    word: "uuid",
    shape: "uuid",
    literal: "none: `uuid(\"9f1b2c3d-4e5f-4a6b-8c7d-0e1f2a3b4c5d\")`",
    holds: "128 bits, written in lower case with dashes.",
    becomes: "nothing by itself. Of a text by `uuid(x)` or `uuid?(x)`.",
    is_column: true,
    answer: None,
    example: "source shop: clickhouse\n\ntable shop.visits key id { id: uuid, at: datetime }",
};

const RANGE: TypeDoc = TypeDoc {
    word: "range",
    shape: "range of int",
    literal: "18..65, 18.., ..65",
    holds: "From one value to another, both included; an end may be open. Of numbers, dates, instants and times.",
    becomes: "nothing by itself. `x in $range` asks for it.",
    is_column: false,
    answer: Some("`18..65`, `18-65`, `18..`; one value is a range of itself"),
    example: "use age from \"lib/people.wr\"\nuse crm from \"schemas.wr\"\n\nparam ages: range of int = 18..65 label \"Age\"\n\nlet people =\n  from crm.users\n  filter age(birth_date) in $ages",
};

const LIST: TypeDoc = TypeDoc {
    word: "list",
    shape: "list of text",
    literal: "[\"Riga\", \"Tartu\"]",
    holds: "Values of one type, in their order.",
    becomes: "nothing by itself. `x in $list` asks for it.",
    is_column: false,
    answer: Some("`a, b`, or pasted with a line, a semicolon or a tab between the items"),
    example: "use crm from \"schemas.wr\"\n\nparam clients: list of int label \"Client ids\"\n\nlet people =\n  from crm.users\n  filter user_id in $clients",
};

const CHOICE: TypeDoc = TypeDoc {
    word: "choice",
    shape: "choice",
    literal: "one of its options",
    holds: "One of the options that the script lists, or that a query gives. It is never empty.",
    becomes: "the type of its options: texts, numbers, dates. Where options stand for expressions, the one that was chosen.",
    is_column: false,
    answer: Some("the value or the label of an option"),
    example: "param gender: choice = \"any\" label \"Gender\" {\n  \"any\" as \"Anyone\",\n  \"f\" as \"Women\",\n  \"m\" as \"Men\",\n}",
};

const CHOICES: TypeDoc = TypeDoc {
    word: "choices",
    shape: "choices",
    literal: "a list of its options",
    holds: "Several of the options, one at least. `= all` is each of them, never \"no filter\".",
    becomes: "a list of the type of its options.",
    is_column: false,
    answer: Some("values or labels, with commas between"),
    example: "use wallet from \"schemas.wr\"\n\nparam kinds: choices = all label \"Card type\" { \"plastic\" as \"Added from plastic\", \"issued\" as \"Issued in the app\" }\n\nlet cards =\n  from wallet.cards\n  filter kind in $kinds",
};

const COLUMNS: TypeDoc = TypeDoc {
    word: "columns",
    shape: "columns",
    literal: "a list of its options",
    holds: "Columns that the runner wants in the file, or none. They come in the order of the script.",
    becomes: "columns, in lists of columns only: `select`, and those of a file.",
    is_column: false,
    answer: Some("names or labels, with commas between"),
    example: "use wallet from \"schemas.wr\"\n\nparam fields: columns = all label \"Columns\" { card_number as \"Card number\", city as \"City\" }\n\nlet cards =\n  from wallet.cards\n  sort issued_at\n\nexport cards to csv for excel \"cards.csv\" { user_id as \"User\", $fields }",
};

const COHORT: TypeDoc = TypeDoc {
    word: "cohort",
    shape: "cohort of amp",
    literal: "\"c7k2p9x1\"",
    holds: "A cohort of a connection, by its id.",
    becomes: "text by itself.",
    is_column: false,
    answer: Some("the id, or the address of the cohort's page; a terminal offers a list"),
    example: "use amp from \"schemas.wr\"\n\nparam cohort: cohort of amp label \"Cohort\"\n\nlet people = from amp.cohort($cohort)",
};

const FILE: TypeDoc = TypeDoc {
    word: "file",
    shape: "file",
    literal: "–",
    holds: "A file that the runner names: CSV, a workbook or Parquet. A run is known by what it holds.",
    becomes: "rows by `from file($list) as { … }`, the list of a `filter` by `in file($list).column`. Not a value: only `$list is null` can be asked.",
    is_column: false,
    answer: Some("the path of a file"),
    example: "use wallet from \"schemas.wr\"\n\nparam list: file label \"Card list\"\n\nlet cards =\n  from wallet.cards\n  filter card_number in file($list).card_number",
};
