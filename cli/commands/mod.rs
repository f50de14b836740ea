//! One file per command: arguments, one library call, output.

mod check;
mod completions;
mod connections;
mod explain;
mod fmt;
mod form;
mod new;
mod plan;
mod pull;
mod run;
mod runs;
mod test;

use crate::args::Command;
use crate::exit::Exit;
use crate::render::terminal::Terminal;

pub(crate) fn dispatch(command: Command, terminal: Terminal) -> Exit {
    match command {
        Command::Check(arguments) => check::check(&arguments, terminal),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Connections(arguments) => connections::connections(&arguments, terminal),
        Command::Explain(arguments) => explain::explain(&arguments, terminal),
        Command::Fmt(arguments) => fmt::fmt(&arguments, terminal),
        Command::Form(arguments) => form::form(&arguments, terminal),
        Command::New(arguments) => new::new(&arguments, terminal),
        Command::Plan(arguments) => plan::plan(&arguments, terminal),
        Command::Pull(arguments) => pull::pull(&arguments, terminal),
        Command::Run(arguments) => run::run(&arguments, terminal),
        Command::Runs(arguments) => runs::runs(&arguments, terminal),
        Command::Show(arguments) => runs::show(&arguments, terminal),
        Command::Test(arguments) => test::test(&arguments, terminal),
        Command::Void(arguments) => runs::void(&arguments, terminal),
    }
}
