//! How the program is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // At a fixed address nothing has to be written before the start: 100,000 places of a program that can lie anywhere do,
    // and that was four tenths of what `wr --version` cost (docs/decisions/0017-a-fixed-address.md).
    if std::env::var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") {
        println!("cargo:rustc-link-arg-bin=wr=-no-pie");
    }
}
