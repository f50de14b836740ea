//! The stand-in on fixed ports, for a demonstration:
//! `wr-amplitude-server examples/data/amp/cohorts 8101 8102`, with the key `key` and the secret `secret`.

use std::path::Path;
use std::process::ExitCode;

use wr_amplitude_server::{AmplitudeServer, Cohort, Setup};

fn main() -> ExitCode {
    match start() {
        Ok(server) => {
            say(&format!("API {}, storage {}; stop with Ctrl-C", server.api(), server.storage()));
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            say(&format!("{error}"));
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<AmplitudeServer, Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: wr-amplitude-server FOLDER [API-PORT STORAGE-PORT]")?;
    let mut port = || arguments.next().map_or(Ok(0), |port| port.parse::<u16>());
    let ports = (port()?, port()?);
    let cohorts = Cohort::from_folder(Path::new(&folder)).map_err(|error| format!("{folder}: {error}"))?;
    Ok(AmplitudeServer::start(Setup { cohorts, ports, ..Setup::default() })?)
}

fn say(words: &str) {
    use std::io::Write as _;
    // Whoever closed the standard error does not want to hear it.
    let _ = writeln!(std::io::stderr(), "{words}");
}
