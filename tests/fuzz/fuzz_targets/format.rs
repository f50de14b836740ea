//! Any bytes are formatted, at once and without a loss.
#![no_main]

#[allow(dead_code, reason = "each target asks for another promise")]
#[path = "../../../lang/syntax/tests/it/promise.rs"]
mod promise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    promise::formatting_keeps_everything(&String::from_utf8_lossy(bytes));
});
