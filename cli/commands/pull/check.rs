//! `wr pull --check`: the tables that the project's files declare beside those of the servers. Writes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use wr_base::diag::Severity;
use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_base::source::SourceText;
use wr_base::span::FileId;
use wr_plan::declaration::Table;
use wr_runtime::cancel::Cancel;
use wr_runtime::sources::Sources;
use wr_runtime::sources::described::DescribedTable;
use wr_sema::project::{Driver, Project};
use wr_syntax::ast::StatementKind;

use crate::args::Pull;
use crate::drift::{Change, changes};
use crate::exit::Exit;
use crate::location::{scripts_in, slashed};
use crate::project::{analyse, project_here, sources};
use crate::render::diagnostics::render;
use crate::render::terminal::Terminal;
use crate::say;

/// A table as a file declares it.
struct Declared {
    /// `schemas.wr:12`
    place: String,
    table: Table,
}

pub(super) fn check(arguments: &Pull, terminal: Terminal) -> Result<Exit, Exit> {
    let (project, root) = project_here(&arguments.at, terminal)?;
    let mut declared = declared(arguments, &root, terminal)?;
    known(arguments, &declared, terminal)?;
    let sources = sources(&project, &root);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| say::usage(terminal, &error.to_string()))?;
    let (mut compared, mut differ) = (0, 0);
    while let Some((connection, tables)) = declared.pop_first() {
        let Some(driver) = driver(&project, &connection) else { continue };
        let live = live(&sources, &connection, &runtime, terminal)?;
        for Declared { place, table } in tables {
            let Some(lines) = lines(&table, driver, &live, terminal) else { continue };
            compared += 1;
            if !lines.is_empty() {
                differ += 1;
                say::result(&format!("{place} {}\n{lines}", terminal.bold(&table.full_name())));
            }
        }
    }
    let tables = if compared == 1 { "1 table".to_owned() } else { format!("{compared} tables") };
    say::note(&format!("{differ} of {tables} differ from the servers"));
    Ok(if differ > 0 { Exit::Script } else { Exit::Done })
}

/// The declared tables that are meant, by connection, in the order of files and lines.
fn declared(arguments: &Pull, root: &Path, terminal: Terminal) -> Result<BTreeMap<String, Vec<Declared>>, Exit> {
    let files = scripts_in(&[root.to_owned()]).map_err(|problem| say::not_found(terminal, &problem))?;
    let mut all: BTreeMap<String, Vec<Declared>> = BTreeMap::new();
    for file in files {
        let path = slashed(file.strip_prefix(root).unwrap_or(&file));
        let text = std::fs::read_to_string(&file)
            .map_err(|error| say::usage(terminal, &format!("cannot read `{}`: {error}", file.display())))?;
        let text = SourceText::new(path, text);
        let meant = |connection: &str, name: &str| {
            arguments.connection.as_ref().is_none_or(|wanted| wanted == connection)
                && (arguments.tables.is_empty() || arguments.tables.iter().any(|wanted| wanted == name))
        };
        let mut found = Vec::new();
        for statement in wr_syntax::parse(&text.text, FileId(0)).file.statements {
            if let StatementKind::Table(table) = &statement.kind
                && meant(&table.connection.text, &table.name.text)
            {
                let (line, _) = text.line_column(statement.start + table.name.range.start);
                found.push((table.connection.text.clone(), table.name.text.clone(), line + 1));
            }
        }
        if !found.is_empty() {
            for (declared, line) in read(&file, &found, arguments, terminal)? {
                let place = format!("{}:{line}:", text.path);
                all.entry(declared.connection.clone()).or_default().push(Declared { place, table: declared });
            }
        }
    }
    Ok(all)
}

/// The tables of a file with their types; says what is wrong with the file.
fn read(
    file: &Path,
    found: &[(String, String, u32)],
    arguments: &Pull,
    terminal: Terminal,
) -> Result<Vec<(Table, u32)>, Exit> {
    let analysed = analyse(file, &arguments.at).map_err(|problem| say::not_found(terminal, &problem))?;
    let mut is_wrong = false;
    for (diagnostic, sources) in analysed.diagnostics().filter(|(one, _)| one.severity == Severity::Error) {
        say::note(&render(diagnostic, sources, terminal));
        is_wrong = true;
    }
    if is_wrong {
        return Err(Exit::Script);
    }
    let tables = &analysed.analysis.program.tables;
    let of = |(connection, name, line): &(String, String, u32)| {
        let mut declared = tables.iter().map(|(_, table)| table);
        let is_it = |table: &&Table| {
            table.connection == *connection && table.name == *name && table.query.is_none() && table.file.is_none()
        };
        Some((declared.find(is_it)?.clone(), *line))
    };
    Ok(found.iter().filter_map(of).collect())
}

/// Names on the command line that nothing has are mistakes.
fn known(arguments: &Pull, declared: &BTreeMap<String, Vec<Declared>>, terminal: Terminal) -> Result<(), Exit> {
    let names = || declared.values().flatten().map(|one| one.table.name.as_str());
    if let Some(connection) = &arguments.connection
        && arguments.tables.is_empty()
        && declared.is_empty()
    {
        return Err(say::usage(terminal, &format!("no file of the project declares a table of `{connection}`")));
    }
    for wanted in &arguments.tables {
        if !names().any(|name| name == wanted) {
            let near = near_misses(wanted, names());
            let near = near.first().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(say::usage(terminal, &format!("no file of the project declares the table `{wanted}`{near}")));
        }
    }
    Ok(())
}

/// `None`: a folder, whose files are compared as they are read; or a connection that `wr.toml` does not have, which `wr check`
/// says.
fn driver(project: &Project, connection: &str) -> Option<Driver> {
    let found = project.connections.iter().flatten().find(|(name, _)| *name == connection);
    match found.map(|(_, connection)| connection.driver()) {
        Some(Driver::Local) => {
            say::note(&format!("`{connection}` is a folder here: its tables were not compared"));
            None
        }
        Some(driver @ (Driver::ClickHouse | Driver::SqlServer | Driver::Amplitude)) => Some(driver),
        None => {
            say::note(&format!("wr.toml has no connection `{connection}`: its tables were not compared"));
            None
        }
    }
}

fn live(
    sources: &Sources,
    connection: &str,
    runtime: &tokio::runtime::Runtime,
    terminal: Terminal,
) -> Result<Vec<DescribedTable>, Exit> {
    let failed = |error| say::failed(&error, terminal);
    let source = sources.get(connection, StepId(0)).map_err(failed)?;
    runtime.block_on(source.tables(Cancel::default())).map_err(failed)
}

/// The differences of a table, a line each; `None` where it cannot be compared.
fn lines(table: &Table, driver: Driver, live: &[DescribedTable], terminal: Terminal) -> Option<String> {
    let wanted = found_by(driver, &table.name);
    // `schema.table` of SQL Server is in the same database, `database.table` of ClickHouse in another.
    let most_points = if driver == Driver::SqlServer { 1 } else { 0 };
    if table.name.matches('.').count() > most_points {
        say::note(&format!("{} is in another database: it was not compared", table.full_name()));
        return None;
    }
    let Some(found) = live.iter().find(|live| live.obstacle.is_none() && found_by(driver, &live.name) == wanted) else {
        return Some(format!("  {}\n", terminal.red("- the server has no such table")));
    };
    let line = |change: Change| match change {
        Change::Added(name, ty) => terminal.green(&format!("+ {}: {ty}", wr_plan::print::quoted(&name))),
        Change::Gone(name) => terminal.red(&format!("- {name}: the server has it no more")),
        Change::Other(words) => terminal.yellow(&format!("~ {words}")),
    };
    let changes = changes(table, found, driver == Driver::SqlServer);
    Some(changes.into_iter().map(|change| format!("  {}\n", line(change))).collect())
}

/// What a server finds a table by: SQL Server looks in `dbo` where no schema is named, and overlooks case.
fn found_by(driver: Driver, name: &str) -> String {
    match driver {
        Driver::SqlServer => {
            let name = name.to_lowercase();
            name.strip_prefix("dbo.").map(ToOwned::to_owned).unwrap_or(name)
        }
        Driver::ClickHouse | Driver::Amplitude | Driver::Local => name.to_owned(),
    }
}
