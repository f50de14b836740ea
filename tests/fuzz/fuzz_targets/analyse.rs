//! Any bytes are checked to the end beside the schemas of the examples; what has no error is lowered, optimised and placed.
#![no_main]

use wr_base::loader::MemoryLoader;

#[path = "../../../lang/sema/tests/it/promise.rs"]
mod promise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let script = String::from_utf8_lossy(bytes);
    let texts = [
        ("script.wr", &*script),
        ("schemas.wr", include_str!("../../../examples/schemas.wr")),
        ("lib/people.wr", include_str!("../../../examples/lib/people.wr")),
    ];
    promise::checking_ends(&MemoryLoader(texts.map(|(path, text)| (path.to_owned(), text.to_owned())).into()));
});
