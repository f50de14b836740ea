//! A line per source that moves while a run goes on. Without a terminal nothing moves and nothing is written.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use wr_runtime::progress::{Event, Progress};

use super::number::{bytes, grouped, seconds};
use super::terminal::Terminal;
use crate::say;

/// Shows the events of a run on standard error.
pub(crate) struct Bars {
    lines: MultiProgress,
    by_source: Mutex<BTreeMap<String, ProgressBar>>,
    file: Mutex<Option<ProgressBar>>,
}

impl Bars {
    #[must_use]
    pub(crate) fn new(terminal: Terminal) -> Self {
        let target = if terminal.live { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        Self {
            lines: MultiProgress::with_draw_target(target),
            by_source: Mutex::new(BTreeMap::new()),
            file: Mutex::new(None),
        }
    }

    /// Takes all lines away, so that what is printed next stands on a clean screen.
    pub(crate) fn clear(&self) {
        let _ = self.lines.clear();
    }

    fn line(&self, name: &str) -> ProgressBar {
        let bar = self.lines.add(ProgressBar::new_spinner());
        // The template is ours and constant: a mistake in it falls back to the default style.
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {prefix}  {msg}") {
            bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏✓"));
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    fn source(&self, connection: &str, table: &str, update: impl FnOnce(&ProgressBar)) {
        let name = format!("{connection}.{table}");
        if let Ok(mut sources) = self.by_source.lock() {
            let bar = sources.entry(name.clone()).or_insert_with(|| self.line(&name));
            update(bar);
        }
    }
}

impl Progress for Bars {
    fn tell(&self, event: Event) {
        match event {
            Event::SourceStarted { connection, table, rows_expected } => {
                self.source(&connection, &table, |bar| {
                    if let Some(rows) = rows_expected {
                        bar.set_length(rows);
                    }
                    bar.set_message("asking");
                });
            }
            Event::SourceProgress { connection, table, rows, bytes: size } => {
                self.source(&connection, &table, |bar| {
                    let of = bar.length().map_or(String::new(), |all| format!(" of {}", grouped(all.max(rows))));
                    let elapsed = u64::try_from(bar.elapsed().as_millis()).unwrap_or(u64::MAX);
                    bar.set_message(format!("{}{of} rows, {}, {}", grouped(rows), bytes(size), seconds(elapsed)));
                });
            }
            Event::SourceFinished { connection, table, rows, bytes: size, millis, .. } => {
                self.source(&connection, &table, |bar| {
                    bar.finish_with_message(format!("{} rows, {}, {}", grouped(rows), bytes(size), seconds(millis)));
                });
            }
            Event::StepFinished { .. } => {}
            Event::Notice { words } => self.lines.suspend(|| say::note(&format!("  {words}"))),
            Event::FileProgress { name, rows } => {
                if let Ok(mut file) = self.file.lock() {
                    let bar = file.get_or_insert_with(|| self.line("writing"));
                    bar.set_message(format!("{name}: {} rows", grouped(rows)));
                }
            }
        }
    }
}
