//! `tests/demo`: starts the servers of the profile `demo` and keeps them until Ctrl-C.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use wr_demo::{Demo, Ports, Secrets};

/// As `[profiles.demo]` of the sample project has them.
const PORTS: Ports = Ports { clickhouse: 18123, amplitude: 18101, storage: 18102, sqlserver: 18433 };

fn main() -> ExitCode {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data");
    let words = match Demo::start(&data, PORTS, Secrets::default()) {
        Ok(Some(demo)) => {
            say("The servers of the sample project are up, on 127.0.0.1:");
            say(&format!("  wallet  ClickHouse  {}", demo.clickhouse.url()));
            say(&format!("  amp     Amplitude   {} (a stand-in)", demo.amplitude.api()));
            say(&format!("  crm, wallet_store  SQL Server  127.0.0.1:{} (the TDS test server)", demo.sqlserver.port()));
            say("");
            say("In another terminal:");
            say("  export WR_PROFILE=demo WR_DEMO_PASSWORD=demo WR_DEMO_KEY=key WR_DEMO_SECRET=secret");
            say("  wr plan examples/push_campaign.wr");
            say("  wr run examples/push_campaign.wr");
            say("");
            say("Ctrl-C stops them.");
            loop {
                std::thread::park();
            }
        }
        Ok(None) => format!("no ClickHouse engine is installed: {} is not set", wr_clickhouse_server::VARIABLE),
        Err(error) => error.to_string(),
    };
    say(&words);
    ExitCode::FAILURE
}

fn say(words: &str) {
    // Whoever closed the standard error does not want to hear it.
    let _ = writeln!(std::io::stderr(), "{words}");
}
