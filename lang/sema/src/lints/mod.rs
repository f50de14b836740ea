//! Warnings about a program as a whole; those about one step are given where the step is checked.

mod decided;
mod errors;
mod held_not_recorded;
mod long_digits;
mod options_alike;
mod people_lost;
mod personal_unnamed;
mod shared_seeds;
mod unused;

pub(crate) use long_digits::check as check_digits;
pub(crate) use personal_unnamed::check as check_personal;
pub use shared_seeds::{shared_seeds, splits};

use wr_base::span::FileId;
use wr_syntax::ast;

use crate::checker::{Checker, Names};
use crate::resolve::Role;

/// Called when the program is closed.
pub(crate) fn check(checker: &mut Checker) {
    held_not_recorded::check(checker);
    people_lost::check(checker);
}

/// What the text of a file alone shows; `names` is what it sees in the end.
pub(crate) fn check_text(checker: &mut Checker, file: FileId, tree: &ast::File, role: Role, names: &Names) {
    decided::check(checker, file, tree);
    if role == Role::Script {
        options_alike::check(checker, file, tree);
        unused::check(checker, file, tree, names);
    }
}
