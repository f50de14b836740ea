//! The two streams: results on standard output, everything said along the way on standard error.

use std::io::Write;

use wr_runtime::error::RunError;

use crate::exit::Exit;
use crate::location::NotFound;
use crate::render::terminal::Terminal;

/// A result. A reader that went away (`wr plan … | head`) is no error.
pub(crate) fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Something said along the way.
pub(crate) fn note(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// A mistake on the command line.
pub(crate) fn usage(terminal: Terminal, text: &str) -> Exit {
    note(&format!("{} {text}", terminal.red("error:")));
    Exit::Usage
}

pub(crate) fn not_found(terminal: Terminal, problem: &NotFound) -> Exit {
    usage(terminal, &format!("cannot read `{}`: {}", problem.path.display(), problem.why))
}

/// A run, or what is asked of a source, that failed.
pub(crate) fn failed(error: &RunError, terminal: Terminal) -> Exit {
    note(&format!("{} {}: {}", terminal.red("error:"), error.code, error.message));
    for line in error.detail.iter().chain(&error.help) {
        note(&format!("  {line}"));
    }
    Exit::of(error)
}
