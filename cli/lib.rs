//! The program `wr`: reads arguments, calls the library, shows what came of it.
//!
//! One file per command under `commands/`, each short: what needs thought has its home in a library crate.
//! Standard output holds results (links, plans, JSON); standard error everything that is said along the way.

pub mod args;
mod commands;
mod exit;
mod location;
mod lookup;
mod parameters;
mod person;
mod project;
mod prompt;
mod render;
mod say;
mod trial;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;
use crate::render::terminal::Terminal;

/// Runs the program with the given arguments, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match args::Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help and version to standard output, mistakes to standard error.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let terminal = Terminal::detect(arguments.colour);
    commands::dispatch(arguments.command, terminal).into()
}
