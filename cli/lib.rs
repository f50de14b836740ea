//! The program `wr`: reads arguments, calls the library, shows what came of it.
//!
//! One file per command under `commands/`, each short: what needs thought has its home in a library crate.
//! Standard output holds results (links, plans, JSON); standard error everything that is said along the way.

pub mod args;
mod cohort;
mod commands;
mod connections;
mod drift;
mod exit;
mod last;
mod location;
mod lookup;
mod parameters;
mod person;
mod project;
mod prompt;
mod render;
mod say;
mod secrets;
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
    // Scripts nest as deep as the checker allows, and not every system gives the first thread room for that.
    let worker = std::thread::Builder::new().name("wr".to_owned()).stack_size(STACK_SIZE);
    let exit = worker.spawn(move || commands::dispatch(arguments.command, terminal)).map(std::thread::JoinHandle::join);
    // Whoever calls `wr` can tell a fault of ours from one of the report.
    let exit = if let Ok(Ok(exit)) = exit {
        exit
    } else {
        say::note(&format!("{} wr itself failed; please report it with the words above", terminal.red("error:")));
        Exit::Internal
    };
    exit.into()
}

/// Only what is used of it takes memory.
const STACK_SIZE: usize = 64 << 20;
