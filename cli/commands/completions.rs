//! `wr completions`: what a shell needs to complete commands and options.

use clap::CommandFactory;

use crate::args::{Arguments, Completions};
use crate::exit::Exit;
use crate::say;

pub(super) fn completions(arguments: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "wr", &mut script);
    say::result(&String::from_utf8_lossy(&script));
    Exit::Done
}
