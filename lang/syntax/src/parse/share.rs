//! Statements to trees, shared out among threads: each statement is a text of its own.
//!
//! Invariant: what comes out does not depend on who read what. The parts are put together in the order of the text.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use wr_base::span::{FileId, TextRange};

use super::read_statement;
use crate::Parsed;

/// How much text is taken at a time. Reading it takes about a millisecond, ten times what a thread costs.
const PART: u32 = 16 * 1024;

/// More would wait for the checker, which is one.
const HELPERS: usize = 3;

/// As a main thread has it: how deep a text may nest does not depend on who reads it.
const STACK: usize = 8 * 1024 * 1024;

/// Reads all statements of a text, and adds them to what is known of it.
pub(super) fn read_statements(text: &str, places: &[TextRange], file: FileId, parsed: &mut Parsed) {
    let parts = parts(places);
    if parts.len() < 2 {
        for place in places {
            read_statement(text, *place, file, parsed);
        }
        return;
    }
    for part in read_parts(text, &parts, file) {
        parsed.file.statements.extend(part.file.statements);
        parsed.file.comments.extend(part.file.comments);
        parsed.diagnostics.extend(part.diagnostics);
    }
}

/// Neighbours together, so that each part is worth the asking.
fn parts(places: &[TextRange]) -> Vec<&[TextRange]> {
    let (mut parts, mut rest) = (Vec::new(), places);
    while let Some(first) = rest.first() {
        let count = rest.partition_point(|place| place.start < first.start.saturating_add(PART));
        let (part, after) = rest.split_at(count.max(1));
        parts.push(part);
        rest = after;
    }
    parts
}

/// Each thread takes the next part that nobody has, this one among them: one that is slow holds nobody up.
fn read_parts(text: &str, parts: &[&[TextRange]], file: FileId) -> impl Iterator<Item = Parsed> {
    let next = AtomicUsize::new(0);
    let read = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else { return done };
            let mut parsed = Parsed::default();
            for place in *part {
                read_statement(text, *place, file, &mut parsed);
            }
            done.push((at, parsed));
        }
    };
    let mut done = thread::scope(|scope| {
        let helper = || thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        // Where no thread is to be had, the others read its share.
        let helpers: Vec<_> = (1..parts.len()).take(HELPERS).filter_map(|_| helper().ok()).collect();
        let mut done = read();
        for helper in helpers {
            match helper.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, parsed)| parsed)
}
