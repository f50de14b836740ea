//! `place wallet`: the steps before it are the source's to do. The rows are as before; whether it can is found when it is placed.

use wr_syntax::ast;

use super::{Outcome, Pipe};
use crate::checker::Checker;
use crate::hir::StepKind;
use crate::relations::known_connection;

pub(super) fn check(checker: &mut Checker, pipe: &Pipe, connection: &ast::Name) -> Outcome {
    let kind = match known_connection(checker, connection) {
        Some(_) => StepKind::Place(connection.text.clone()),
        None => StepKind::Error,
    };
    Outcome { kind, row: pipe.row.clone() }
}
