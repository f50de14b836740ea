//! The server as a program: `wr-tds-server --port 1433 --user sa --password …`. It stops when its standard input ends.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use clap::Parser;
use wr_tds_server::{Encryption, Options, Split, TdsServer, User};

#[derive(Parser)]
#[command(about = "A TDS test server, which is not SQL Server")]
struct Arguments {
    /// 0 takes a free one and says which.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the rows live. Without it they go with the program.
    #[arg(long)]
    file: Option<PathBuf>,
    #[arg(long, default_value = "sa")]
    user: String,
    #[arg(long, default_value = "Test_password_1")]
    password: String,
    #[arg(long, default_value = "test")]
    database: String,
    /// none, login or required
    #[arg(long, default_value = "login")]
    encryption: String,
    /// Packets, reads and writes of so many bytes.
    #[arg(long)]
    split: Option<usize>,
    #[arg(long, default_value = "SQL_Latin1_General_CP1_CI_AS")]
    collation: String,
    /// A batch to run at the start.
    #[arg(long)]
    setup: Option<PathBuf>,
    /// Write down at the end what was asked.
    #[arg(long)]
    log: Option<PathBuf>,
    /// Where to copy the certificate that clients must trust.
    #[arg(long)]
    authority: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let encryption = match arguments.encryption.as_str() {
        "none" => Encryption::None,
        "login" => Encryption::LoginOnly,
        "required" => Encryption::Required,
        other => return Err(format!("--encryption is none, login or required, not {other}").into()),
    };
    let server = TdsServer::start(Options {
        port: arguments.port,
        users: vec![User::new(arguments.user, arguments.password)],
        encryption,
        split: arguments.split.map_or_else(Split::default, Split::every),
        database: arguments.database,
        collation: arguments.collation,
        file: arguments.file,
        ..Options::default()
    })?;
    if let Some(path) = arguments.setup {
        server.execute(&std::fs::read_to_string(path)?)?;
    }
    if let Some(path) = arguments.authority {
        std::fs::copy(server.authority_file(), path)?;
    }
    writeln!(std::io::stdout(), "{}", server.port())?;
    std::io::stdout().flush()?;
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest)?;
    if let Some(path) = arguments.log {
        let lines: Vec<String> = server.log().events().iter().map(|event| format!("{event:?}\n")).collect();
        std::fs::write(path, lines.concat())?;
    }
    Ok(())
}
