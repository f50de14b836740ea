//! From the tree of T-SQL to the text of SQLite, with the type of every expression known.
//!
//! The types are SQL Server's; SQLite sees only values in the forms of [`crate::types::value`], compared under collations
//! that are ours, and functions that carry types as packed integers. What is not named here is an error.

pub(crate) mod change;
pub(crate) mod define;
pub(crate) mod expression;
pub(crate) mod from;
pub(crate) mod function;
pub(crate) mod literal;
pub(crate) mod predicate;
pub(crate) mod select;
pub(crate) mod system;

use rusqlite::Connection;
use sqlparser::ast::{Ident, ObjectName};

use crate::error::{Ends, SqlError};
use crate::options::User;
use crate::types::arithmetic::common;
use crate::types::collation::Collation;
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

/// A parameter as `sp_executesql` declares it, with its value in the declared type.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// With its at sign.
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) value: Value,
}

/// Who wins when two collations meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coercion {
    /// A literal or a parameter: gives way.
    Default,
    /// A column.
    Implicit,
    /// `COLLATE`.
    Explicit,
}

/// An expression in SQLite's words.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) sql: String,
    pub(crate) sql_type: SqlType,
    pub(crate) is_nullable: bool,
    pub(crate) coercion: Coercion,
    /// The word NULL, which takes any type.
    pub(crate) is_null: bool,
    pub(crate) is_stored: bool,
    pub(crate) is_identity: bool,
}

impl Typed {
    pub(crate) fn computed(sql: String, sql_type: SqlType) -> Typed {
        Typed {
            sql,
            sql_type,
            is_nullable: true,
            coercion: Coercion::Default,
            is_null: false,
            is_stored: false,
            is_identity: false,
        }
    }

    pub(crate) fn coerced(self, coercion: Coercion) -> Typed {
        Typed { coercion, ..self }
    }

    /// The expression with the collation that makes SQLite compare as SQL Server does.
    pub(crate) fn comparable(&self) -> String {
        match self.sql_type.sqlite_collation() {
            Some(collation) => format!("({} COLLATE \"{collation}\")", self.sql),
            None => self.sql.clone(),
        }
    }
}

/// What a statement may know of its session.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) database: String,
    pub(crate) user: User,
    pub(crate) transactions: u32,
    pub(crate) session: u64,
    pub(crate) lock_timeout: i64,
    pub(crate) collation: Collation,
    pub(crate) temporary_collation: Collation,
    /// Ticks since 0001 in UTC when the statement began.
    pub(crate) now: i64,
    pub(crate) last_count: u64,
}

pub(crate) struct Translator<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) facts: &'a Facts,
    pub(crate) parameters: &'a [Parameter],
    /// A hint asks for locks that last to the end of the transaction.
    pub(crate) wants_locks: bool,
    /// Tables that are not temporary are read.
    pub(crate) reads_shared: bool,
    pub(crate) aliases: usize,
    pub(crate) scopes: usize,
    pub(crate) aggregates: usize,
    /// Columns named outside of aggregates and of what is grouped by: the scope, the name.
    pub(crate) ungrouped: Vec<(usize, String)>,
}

impl<'a> Translator<'a> {
    pub(crate) fn new(connection: &'a Connection, facts: &'a Facts, parameters: &'a [Parameter]) -> Translator<'a> {
        Translator {
            connection,
            facts,
            parameters,
            wants_locks: false,
            reads_shared: false,
            aliases: 0,
            scopes: 0,
            aggregates: 0,
            ungrouped: Vec::new(),
        }
    }

    pub(crate) fn fresh_alias(&mut self, prefix: &str) -> String {
        self.aliases += 1;
        format!("{prefix}{}", self.aliases)
    }

    pub(crate) fn may(&self, action: &str, table: &str) -> Result<(), SqlError> {
        if self.facts.user.may(action, table) {
            return Ok(());
        }
        let (schema, name) = table.split_once('.').unwrap_or(("dbo", table));
        Err(SqlError::new(
            229,
            14,
            Ends::Batch,
            format!(
                "The {action} permission was denied on the object '{name}', database '{}', schema '{schema}'.",
                self.facts.database
            ),
        )
        .with_state(5))
    }
}

/// A column that can be named in a scope.
#[derive(Clone, Debug)]
pub(crate) struct SourceColumn {
    pub(crate) name: String,
    pub(crate) typed: Typed,
}

#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// How the query names it: the alias, or the table's own name.
    pub(crate) name: String,
    /// The schema, where there is no alias.
    pub(crate) schema: Option<String>,
    pub(crate) columns: Vec<SourceColumn>,
}

/// What can be named at a place of a query.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'p> {
    pub(crate) id: usize,
    pub(crate) sources: Vec<Source>,
    pub(crate) parent: Option<&'p Scope<'p>>,
    /// What the query groups by, in SQLite's words.
    pub(crate) keys: Vec<String>,
}

pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn parts(name: &ObjectName) -> Result<Vec<&Ident>, SqlError> {
    let unknown = || SqlError::unknown(format_args!("the name {name}"));
    name.0.iter().map(|part| part.as_ident().ok_or_else(unknown)).collect()
}

/// The collation under which two texts are compared or joined, or 468.
pub(crate) fn meet(left: &Typed, right: &Typed, operation: &str) -> Result<(Collation, Coercion), SqlError> {
    let conflict = || {
        SqlError::new(
            468,
            16,
            Ends::Batch,
            format!(
                "Cannot resolve the collation conflict between \"{}\" and \"{}\" in the {operation} operation.",
                left.sql_type.collation.name(),
                right.sql_type.collation.name()
            ),
        )
        .with_state(9)
    };
    let (left_collation, right_collation) = (left.sql_type.collation, right.sql_type.collation);
    match (left.sql_type.is_text(), right.sql_type.is_text()) {
        (true, false) => return Ok((left_collation, left.coercion)),
        (false, true) => return Ok((right_collation, right.coercion)),
        (false, false) => return Ok((left_collation, Coercion::Default)),
        (true, true) => {}
    }
    match (left.coercion, right.coercion) {
        (Coercion::Explicit, Coercion::Explicit) if left_collation != right_collation => Err(conflict()),
        (Coercion::Explicit, _) => Ok((left_collation, Coercion::Explicit)),
        (_, Coercion::Explicit) => Ok((right_collation, Coercion::Explicit)),
        (Coercion::Implicit, Coercion::Implicit) if left_collation != right_collation => Err(conflict()),
        (Coercion::Implicit, _) => Ok((left_collation, Coercion::Implicit)),
        (_, Coercion::Implicit) => Ok((right_collation, Coercion::Implicit)),
        (Coercion::Default, Coercion::Default) => Ok((left_collation, Coercion::Default)),
    }
}

/// The type in which several expressions meet; bare NULLs have no say.
pub(crate) fn common_type(expressions: &[&Typed], operation: &str) -> Result<(SqlType, Coercion), SqlError> {
    let mut met: Option<Typed> = None;
    for expression in expressions.iter().filter(|expression| !expression.is_null) {
        met = Some(match met {
            None => (*expression).clone(),
            Some(so_far) => {
                let (collation, coercion) = meet(&so_far, expression, operation)?;
                let sql_type = common(&so_far.sql_type, &expression.sql_type).collated(collation);
                Typed::computed(String::new(), sql_type).coerced(coercion)
            }
        });
    }
    Ok(met.map_or((SqlType::plain(Kind::Int), Coercion::Default), |met| (met.sql_type, met.coercion)))
}

/// Whether values of both types have one form, so that no conversion is needed to compare them.
fn is_same_form(from: &SqlType, to: &SqlType) -> bool {
    let form = |sql_type: &SqlType| match sql_type.kind {
        Kind::Bit | Kind::TinyInt | Kind::SmallInt | Kind::Int | Kind::BigInt => 1,
        Kind::Decimal | Kind::Money | Kind::SmallMoney => 2,
        Kind::DateTime | Kind::SmallDateTime | Kind::DateTime2 => 3,
        Kind::Char | Kind::VarChar | Kind::NChar | Kind::NVarChar => 4,
        Kind::Binary | Kind::VarBinary | Kind::RowVersion => 5,
        Kind::Real | Kind::Float => 6,
        Kind::Date => 7,
        Kind::Time => 8,
        Kind::DateTimeOffset => 9,
        Kind::Guid => 10,
        Kind::Xml => 11,
    };
    form(from) == form(to)
}

/// The expression as a value to be compared with one of `to`: exactness is kept, so lengths and scales do not matter.
pub(crate) fn compared_as(expression: &Typed, to: &SqlType) -> Typed {
    if expression.is_null || is_same_form(&expression.sql_type, to) {
        return Typed { sql_type: *to, ..expression.clone() };
    }
    converted(expression, to)
}

/// The expression as a value of exactly this type.
pub(crate) fn converted(expression: &Typed, to: &SqlType) -> Typed {
    let sql = if expression.is_null || expression.sql_type == *to {
        expression.sql.clone()
    } else {
        format!("tds_cast({},{},{},0)", expression.sql, expression.sql_type.pack(), to.pack())
    };
    Typed { sql, sql_type: *to, is_stored: false, ..expression.clone() }
}
