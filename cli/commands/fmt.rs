//! `wr fmt`: scripts to their one form.

use std::io::Read;
use std::path::Path;

use crate::args::Fmt;
use crate::exit::Exit;
use crate::location::scripts_in;
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn fmt(arguments: &Fmt, terminal: Terminal) -> Exit {
    if arguments.scripts.as_slice() == [Path::new("-")] {
        return from_standard_input(terminal);
    }
    let scripts = match scripts_in(&arguments.scripts) {
        Ok(scripts) => scripts,
        Err(problem) => return say::not_found(terminal, &problem),
    };
    let mut differ = 0;
    for script in &scripts {
        let text = match std::fs::read_to_string(script) {
            Ok(text) => text,
            Err(error) => return say::usage(terminal, &format!("cannot read `{}`: {error}", script.display())),
        };
        let formatted = wr_syntax::format(&text);
        if formatted == text {
            continue;
        }
        differ += 1;
        say::note(&script.display().to_string());
        if !arguments.check
            && let Err(error) = replace(script, &formatted)
        {
            say::note(&format!("{} cannot write `{}`: {error}", terminal.red("error:"), script.display()));
            return Exit::Storage;
        }
    }
    let verb = if arguments.check { "to format" } else { "formatted" };
    say::note(&format!("{differ} of {} {verb}", scripts.len()));
    if arguments.check && differ > 0 { Exit::Script } else { Exit::Done }
}

fn from_standard_input(terminal: Terminal) -> Exit {
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => {
            say::result(&wr_syntax::format(&text));
            Exit::Done
        }
        Err(error) => say::usage(terminal, &format!("cannot read standard input: {error}")),
    }
}

/// Whole or not at all: a script must survive a full disk.
fn replace(script: &Path, text: &str) -> std::io::Result<()> {
    let mut name = script.file_name().unwrap_or_default().to_owned();
    name.push(".wr-fmt");
    let temporary = script.with_file_name(name);
    let permissions = std::fs::metadata(script)?.permissions();
    let written = std::fs::write(&temporary, text)
        .and_then(|()| std::fs::set_permissions(&temporary, permissions))
        .and_then(|()| std::fs::File::open(&temporary)?.sync_all())
        .and_then(|()| std::fs::rename(&temporary, script));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written
}
