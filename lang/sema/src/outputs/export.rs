//! `export` statements.

use wr_syntax::ast;

use crate::checker::Checker;

pub(crate) fn check_export(_checker: &mut Checker, _statement: &ast::Export) {}
