//! One file per command: arguments, one library call, output.

mod check;
mod explain;
mod fmt;

use crate::args::Command;
use crate::exit::Exit;
use crate::render::terminal::Terminal;

pub(crate) fn dispatch(command: Command, terminal: Terminal) -> Exit {
    match command {
        Command::Check(arguments) => check::check(&arguments, terminal),
        Command::Explain(arguments) => explain::explain(&arguments, terminal),
        Command::Fmt(arguments) => fmt::fmt(&arguments, terminal),
        Command::Run(_) | Command::Plan(_) | Command::Runs(_) | Command::Show(_) | Command::Void(_) => Exit::Internal,
    }
}
