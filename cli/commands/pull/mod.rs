//! `wr pull`: the tables of a server as declarations of a schema file, or how those that there are differ from them.

mod check;

use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_plan::print::quoted;
use wr_runtime::cancel::Cancel;

use crate::args::Pull;
use crate::exit::Exit;
use crate::project::connection_here;
use crate::render::declaration::declaration;
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn pull(arguments: &Pull, terminal: Terminal) -> Exit {
    if arguments.check {
        return check::check(arguments, terminal).unwrap_or_else(|exit| exit);
    }
    match text(arguments, terminal) {
        Ok(text) => {
            say::result(&text);
            Exit::Done
        }
        Err(exit) => exit,
    }
}

fn text(arguments: &Pull, terminal: Terminal) -> Result<String, Exit> {
    let name = arguments.connection.as_deref().unwrap_or_default();
    let (sources, driver) = connection_here(name, &arguments.at, terminal)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| say::usage(terminal, &error.to_string()))?;
    let failed = |error| say::failed(&error, terminal);
    let source = sources.get(name, StepId(0)).map_err(failed)?;
    let mut tables = runtime.block_on(source.tables(Cancel::default())).map_err(failed)?;
    if tables.is_empty() {
        return Err(say::usage(terminal, &format!("`{name}` has no tables that it could describe")));
    }
    for wanted in &arguments.tables {
        if !tables.iter().any(|table| table.name == *wanted) {
            let near = near_misses(wanted, tables.iter().map(|table| table.name.as_str()));
            let near = near.first().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(say::usage(terminal, &format!("`{name}` has no table `{wanted}`{near}")));
        }
    }
    if !arguments.tables.is_empty() {
        tables.retain(|table| arguments.tables.contains(&table.name));
    }
    let mut text = format!("source {}: {}\n", quoted(name), driver.word());
    for table in &tables {
        text.push('\n');
        text.push_str(&declaration(name, driver, table));
    }
    Ok(wr_syntax::format(&text))
}
