//! Printed, where `cargo test` keeps what ordinary tests print to itself.

#![allow(clippy::print_stdout, reason = "this is what it is for")]

fn main() {
    for words in wr_tests_left_out::left_out(|variable| std::env::var_os(variable).is_some()) {
        println!("Left out: {words}");
    }
}
