//! `wr new`: a project that runs, for somebody to change. It is the one that the first guide explains.

use std::io::Write;
use std::path::Path;

use crate::args::New;
use crate::exit::Exit;
use crate::render::terminal::Terminal;
use crate::say;

const FILES: [(&str, &str); 5] = [
    ("wr.toml", include_str!("../template/wr.toml")),
    ("schemas.wr", include_str!("../template/schemas.wr")),
    ("orders.wr", include_str!("../template/orders.wr")),
    ("data/orders.csv", include_str!("../template/data/orders.csv")),
    (".gitignore", "out/\n.wr/\n"),
];

pub(super) fn new(arguments: &New, terminal: Terminal) -> Exit {
    let folder = &arguments.folder;
    if let Some((name, _)) = FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        return say::usage(
            terminal,
            &format!("`{}` is there already: name another folder", folder.join(name).display()),
        );
    }
    for (name, text) in FILES {
        if let Err(error) = write(&folder.join(name), text) {
            return say::usage(terminal, &format!("cannot write `{}`: {error}", folder.join(name).display()));
        }
        say::note(&format!("  {}", folder.join(name).display()));
    }
    say::note(&format!("\nRun it: wr run {}", folder.join("orders.wr").display()));
    Exit::Done
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Whoever was quicker keeps his file.
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}
