//! `wr connections test`: each connection of the project is tried, and what is wrong is said in words.

use wr_base::ids::StepId;
use wr_runtime::cancel::Cancel;
use wr_runtime::error::RunError;

use crate::args::{Connections, ConnectionsCommand, Profile};
use crate::exit::Exit;
use crate::project::sources_here;
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn connections(arguments: &Connections, terminal: Terminal) -> Exit {
    let ConnectionsCommand::Test { names } = &arguments.command;
    let profile = Profile { profile: arguments.profile.clone() };
    match test(&profile, names, terminal) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn test(at: &Profile, names: &[String], terminal: Terminal) -> Result<Exit, Exit> {
    let sources = sources_here(at, terminal)?;
    let names: Vec<String> =
        if names.is_empty() { sources.names().map(ToOwned::to_owned).collect() } else { names.to_vec() };
    if names.is_empty() {
        say::note("wr.toml has no connections that can be tried");
        return Ok(Exit::Done);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| say::usage(terminal, &error.to_string()))?;
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut is_well = true;
    for name in &names {
        let greeted = match sources.get(name, StepId(0)) {
            Ok(source) => runtime.block_on(source.greet(Cancel::default())),
            Err(error) => Err(error),
        };
        match greeted {
            Ok(words) => say::result(&format!("{} {name:width$}  {words}\n", terminal.green("ok"))),
            Err(error) => {
                is_well = false;
                say::result(&format!("{} {name:width$}  {}\n", terminal.red("no"), words(&error)));
            }
        }
    }
    Ok(if is_well { Exit::Done } else { Exit::Failed })
}

/// What is wrong, with the server's words and the way out below it.
fn words(error: &RunError) -> String {
    let below = error.detail.iter().cloned().chain(error.help.iter().map(|help| format!("help: {help}")));
    let below: String = below.map(|line| format!("\n     {line}")).collect();
    format!("{} ({}){below}", error.message, error.code)
}
