//! `record` statements.

use wr_syntax::ast;

use crate::checker::Checker;

pub(crate) fn check_record(_checker: &mut Checker, _statement: &ast::Record) {}
