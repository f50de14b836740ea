//! `let active(seen: period) = from …` and `step adults(min: int = 18) = …`: checked once where they stand, made anew
//! wherever they are used.
//!
//! A body is typed at its declaration with parameters of which nothing is known but the type, and what is wrong is said
//! there. A use makes it once more with columns, steps and values of its own: the arguments become values like those of
//! `let $x`, so the body means the same at each use. Invariant: a definition that reached a use has no errors of its own.

mod arguments;
mod declare;
mod errors;
mod unfold;

pub(crate) use arguments::{Argument, bind};
pub(crate) use declare::{check_relation, check_step};
pub(crate) use unfold::{is_within, unfold};

use wr_base::diag::Code;
use wr_base::span::Span;
use wr_base::ty::Type;
use wr_plan::expr::Expr;
use wr_syntax::ast;

use crate::checker::{Names, Place};

pub(crate) struct Definition {
    pub(crate) name: String,
    /// The name where it is declared.
    pub(crate) span: Span,
    /// The whole statement.
    statement: Span,
    pub(crate) body: Body,
    parameters: Vec<Parameter>,
    /// What the file saw above the declaration, with the parameters.
    pub(crate) names: Names,
    pub(crate) place: Place,
    /// Warnings that were said of the declaration, and need not be said of each use.
    pub(crate) told: Vec<(Code, Span)>,
    /// How many steps one use makes, with those that its body uses.
    size: usize,
}

#[derive(Clone)]
pub(crate) enum Body {
    Relation(ast::Pipeline),
    Steps(Vec<ast::Step>),
}

struct Parameter {
    name: String,
    span: Span,
    /// As declared: `min: int = 18`.
    words: String,
    ty: Type,
    cohort_of: Option<String>,
    default: Option<Expr>,
}

impl Definition {
    /// How it is used: `adults(min: int = 18)`.
    fn usage(&self) -> String {
        if self.parameters.is_empty() {
            return self.name.clone();
        }
        let parameters: Vec<&str> = self.parameters.iter().map(|parameter| parameter.words.as_str()).collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}
