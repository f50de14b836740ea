//! `split` statements.

use wr_syntax::ast;

use crate::checker::Checker;

pub(crate) fn check_split(_checker: &mut Checker, _statement: &ast::Split) {}
