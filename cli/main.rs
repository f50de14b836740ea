//! `wr`: from arguments to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    wr::main(std::env::args_os())
}
