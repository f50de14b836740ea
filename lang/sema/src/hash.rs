//! Keys and seeds of the hash that decides about rows (B7): what a split and a sample share.

use wr_base::diag::{Code, Diagnostic};
use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_base::span::Span;
use wr_base::ty::DataType;
use wr_plan::expr::Expr;
use wr_syntax::ast;

use crate::checker::{Checker, Scope};
use crate::types;

/// What goes by the hash, for messages.
#[derive(Clone, Copy)]
pub(crate) enum Hashed {
    Split,
    Sample,
}

impl Hashed {
    const fn word(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Sample => "sample",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Split => "the key of a split",
            Self::Sample => "the key of a sample",
        }
    }
}

/// The columns of a key: never null, each with one text that never changes. Reports what is not.
pub(crate) fn check_key<'a>(
    checker: &mut Checker,
    names: impl Iterator<Item = (Option<&'a ast::Name>, &'a ast::Name)>,
    row: &RowType,
    what: Hashed,
) -> Vec<ColumnId> {
    let mut key = Vec::new();
    for (qualifier, name) in names {
        let scope = Scope::row(row, what.key());
        let Some(id) = types::resolve_column(checker, &scope, qualifier, name) else { continue };
        let at = checker.span(name.range);
        if let Some(column) = row.column(id) {
            if !column.ty.data.is_key_type() {
                checker.report(key_type(at, &name.text, &column.ty.data, what));
            } else if column.ty.nullable {
                checker.report(key_nullable(at, &name.text, what));
            }
        }
        if key.contains(&id) {
            checker.report(key_twice(at, &name.text));
        } else {
            key.push(id);
        }
    }
    key
}

/// The parts of a seed, known before any row. Reports what may be missing.
pub(crate) fn check_seed(checker: &mut Checker, parts: &[ast::Expr]) -> Vec<Expr> {
    let mut seed = Vec::new();
    for part in parts {
        let typed = types::type_expr(checker, &Scope::values("a seed"), part);
        if typed.ty.nullable || typed.ty.data == DataType::Shape {
            let at = checker.span(part.range);
            checker.report(seed_may_be_missing(at));
        }
        seed.push(typed);
    }
    seed
}

fn key_type(at: Span, name: &str, data: &DataType, what: Hashed) -> Diagnostic {
    let word = what.word();
    let headline = format!("`{name}` is of type {data}, by which no {word} can go");
    Diagnostic::new(Code::SplitKey, headline, at, format!("the key of the {word}"))
        .with_note(
            "what becomes of a row is computed from its key's text, so the key needs one text that never changes",
        )
        .with_help("take a column of type int, decimal, text, date or uuid")
}

fn key_nullable(at: Span, name: &str, what: Hashed) -> Diagnostic {
    let word = what.word();
    let headline = format!("`{name}` may be null, and a {word} has no place for rows without a key");
    Diagnostic::new(Code::SplitKey, headline, at, format!("the key of the {word}"))
        .with_help(format!("add the step `filter {name} is not null` before the {word}"))
}

fn key_twice(at: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::SplitKey, format!("`{name}` is named twice in the key"), at, "the second time")
        .with_help("name each column once")
}

fn seed_may_be_missing(at: Span) -> Diagnostic {
    Diagnostic::new(Code::SplitSeed, "this part of the seed may be missing", at, "no value, or no single one")
        .with_note("the seed decides about every row: the same seed decides the same way again")
        .with_help("give the parameter a default, or write a fallback with `??`")
}
