//! Any bytes are read, and every place that is told lies in them.
#![no_main]

#[allow(dead_code, reason = "each target asks for another promise")]
#[path = "../../../lang/syntax/tests/it/promise.rs"]
mod promise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    promise::places_lie_in_the_text(&String::from_utf8_lossy(bytes));
});
