//! SQL: what a server says that its columns are, a query as a tree, and its text in each server's dialect.
//!
//! ```text
//! SourceQuery, what the server has  ──from_plan──►  tree::Query  ──render──►  Statement { text, parameters }
//! ```
//!
//! Invariants: the text of a statement holds no value of a script or of a row; a statement gives the rows that the query
//! asks for, or more of them, and then says which filters are left to whoever reads the answer ([`Asked::left`]).

pub mod catalogue;
pub mod from_plan;
pub mod keys;
pub mod render;
pub mod settings;
pub mod stored;
pub mod tree;
mod used;

use std::collections::BTreeMap;

use wr_base::ids::ColumnId;
use wr_base::ty::Type;
use wr_base::value::{Value, Zone};

pub use from_plan::{Selection, ask, ask_whole, can_write};
pub use tree::SqlType;

use crate::declaration::{Engine, Table};
use crate::expr::Expr;
use crate::physical::SourceQuery;
use stored::StoredType;

/// Which words a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    ClickHouse,
    Transact,
}

impl Dialect {
    /// The dialect of an engine that takes SQL.
    #[must_use]
    pub const fn of(engine: Engine) -> Option<Self> {
        match engine {
            Engine::ClickHouse => Some(Self::ClickHouse),
            Engine::SqlServer => Some(Self::Transact),
            Engine::Local | Engine::Amplitude => None,
        }
    }
}

/// A query of a plan, with all that has to be known to write it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub dialect: Dialect,
    pub query: &'a SourceQuery,
    pub table: &'a Table,
    /// The zone of the report: it says when the days of a period begin.
    pub zone: Zone,
    /// What the server says of the table; `None` in a plan, where each column is taken for what it naturally is.
    pub live: Option<&'a Live>,
    /// Keys that were sent ahead: only rows with one of them in the column are asked for.
    pub keys: &'a [ShippedKeys],
    /// The value of an expression that reads no row (an argument, the own occasion); `None` while it is not known.
    pub value_of: &'a dyn Fn(&Expr) -> Option<Value>,
}

/// What a server says of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// By the index of the declared column.
    pub columns: BTreeMap<u32, StoredType>,
    /// ClickHouse makes one row of several when it merges: `Replacing…`, `Collapsing…`, `Summing…`, `AggregatingMergeTree`.
    /// They are read as if it had merged (B3), so that the setting `final` of a profile changes nothing.
    pub replaces_rows: bool,
    /// What times without a zone mean.
    pub wall_zone: Option<Zone>,
}

/// Keys in a table of their own, with one column `k`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedKeys {
    /// Index of the declared column.
    pub column: u32,
    /// `wr_keys_1`; of SQL Server a temporary table, `#wr_keys_1`.
    pub table: String,
}

impl ShippedKeys {
    /// The tables of keys of a query, in the order of its keys.
    #[must_use]
    pub fn of(dialect: Dialect, query: &SourceQuery) -> Vec<Self> {
        let sign = match dialect {
            Dialect::ClickHouse => "",
            Dialect::Transact => "#",
        };
        let named = (1..).zip(&query.keys);
        named.map(|(at, keys)| Self { column: keys.declared, table: format!("{sign}wr_keys_{at}") }).collect()
    }
}

/// What is sent to a server, and what comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub statement: Statement,
    /// The columns of the answer, in their order.
    pub columns: Vec<AnswerColumn>,
    /// Indexes of the query's filters that the statement does not apply, or only more widely: they are applied to the
    /// answer, which then has the columns for it.
    pub left: Vec<LeftFilter>,
    /// Why the rows of the own occasion (A2) are among the answer: they are to be taken out there. The last columns of the
    /// answer are then those of `without_occasion`, in its order.
    pub occasion_left: Option<&'static str>,
}

/// A filter that the answer still has to go through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftFilter {
    pub filter: usize,
    /// The statement applies it more widely; else not at all.
    pub is_asked: bool,
    pub why: &'static str,
}

/// A text with the values beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub text: String,
    pub parameters: Vec<Parameter>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// As the text names it: `p1`, `P1`.
    pub name: String,
    /// `None` while it is not known.
    pub value: Option<Value>,
    pub ty: SqlType,
    /// The type in the words of the server: `Array(Int64)`, `nvarchar(max)`.
    pub type_words: String,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerColumn {
    pub column: ColumnId,
    /// Index of the declared column.
    pub declared: u32,
    /// Only the filters that are left read it.
    pub only_filtered: bool,
    pub arrives: Arrives,
}

/// What is sent to a server for several nodes at once, and what comes back. Nothing is left to whoever reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedWhole {
    pub statement: Statement,
    /// In the order of the whole's columns, then those that are only looked at.
    pub columns: Vec<WholeColumn>,
}

/// A column of an answer for several nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeColumn {
    /// Its place in the answer, in which nothing stands twice.
    pub at: usize,
    pub column: ColumnId,
    pub name: String,
    pub ty: Type,
    pub arrives: Arrives,
    /// Not part of the rows: there so that what no column can hold is found as if each row had come.
    pub is_only_checked: bool,
}

/// In which form the cells of a column come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrives {
    /// As the server stores it; `None` in a plan.
    Stored(Option<StoredType>),
    /// As a text, which the server made of it.
    Text { nullable: bool },
    /// As a decimal of these digits: of `money`.
    Decimal { precision: u8, scale: u8, nullable: bool },
}
