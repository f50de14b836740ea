//! `plain_loop PORT SELECT`: all rows of a query by nothing but the driver, each cell looked at once. Prints seconds and rows.
//!
//! What `tests/bench/sources` sets beside the reading of `wr`.

use std::io::Write as _;
use std::time::Instant;

use futures_util::TryStreamExt;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel, QueryItem};
use tokio::net::TcpStream;
use tokio_util::compat::TokioAsyncWriteCompatExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(query)) = (arguments.next(), arguments.next()) else {
        return Err("plain_loop PORT SELECT".into());
    };
    let mut config = Config::new();
    config.host("127.0.0.1");
    config.port(port.parse()?);
    config.database("test");
    config.authentication(AuthMethod::sql_server("reader", "pw"));
    config.encryption(EncryptionLevel::NotSupported);
    let stream = TcpStream::connect(config.get_addr()).await?;
    stream.set_nodelay(true)?;
    let begun = Instant::now();
    let mut client = Client::connect(config, stream.compat_write()).await?;
    let mut answer = client.query(query, &[]).await?;
    let (mut rows, mut cells) = (0_u64, 0_u64);
    while let Some(item) = answer.try_next().await? {
        if let QueryItem::Row(row) = item {
            rows += 1;
            cells += row.into_iter().map(|cell| u64::from(std::hint::black_box(cell).is_null())).sum::<u64>();
        }
    }
    std::hint::black_box(cells);
    writeln!(std::io::stdout(), "{} {rows}", begun.elapsed().as_secs_f64())?;
    Ok(())
}

/// The driver has no word for it.
trait IsNull {
    fn is_null(&self) -> bool;
}

impl IsNull for tiberius::ColumnData<'_> {
    fn is_null(&self) -> bool {
        matches!(self, Self::String(None) | Self::I64(None) | Self::Numeric(None) | Self::DateTime2(None))
    }
}
