//! `expect` statements.

use wr_syntax::ast;

use crate::checker::Checker;

pub(crate) fn check_expect(_checker: &mut Checker, _statement: &ast::Expect) {}
