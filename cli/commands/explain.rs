//! `wr explain`: the page of a code.

use wr_base::diag::{Code, Severity};

use crate::args::Explain;
use crate::exit::Exit;
use crate::render::terminal::Terminal;
use crate::say;

pub(super) fn explain(arguments: &Explain, terminal: Terminal) -> Exit {
    let Some(wanted) = &arguments.code else {
        for code in Code::ALL {
            let kind = match code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            say::result(&format!("{code}  {kind:<8} {}\n", code.title()));
        }
        return Exit::Done;
    };
    let name = wanted.trim().to_uppercase();
    let name = if name.starts_with("WR") { name } else { format!("WR{name:0>4}") };
    match Code::ALL.iter().find(|code| code.as_str() == name) {
        Some(code) => {
            say::result(code.page());
            Exit::Done
        }
        None => say::usage(terminal, &format!("there is no code `{wanted}`; `wr explain` lists all")),
    }
}
