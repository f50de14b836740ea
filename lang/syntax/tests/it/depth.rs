//! Depth ends in the limit, said once, and never in a dead stack: not in the parser, nor in the formatter, nor where the
//! tree is dropped. Test threads have two megabytes of stack.

use crate::support::read;
use wr_base::diag::Code;
use wr_syntax::format;

/// Texts that nest `many` deep, each in another way.
fn nested(many: usize) -> Vec<String> {
    let times = |words: &str| words.repeat(many);
    vec![
        format!("let $x = {}1{}", times("("), times(")")),
        format!("let $x = {}", times("(")),
        format!("let $x = {}{}", times("("), times("]")),
        format!("let $x = {}", times("([{")),
        format!("let $x = {}1", times("- ")),
        format!("let $x = -{}1", times(" -")),
        format!("let $x = {}1", times("not ")),
        format!("let $x = 1{}", times(" + 1")),
        format!("let $x = a{}", times(" or a")),
        format!("let $x = {}1", times("when a then 1 else ")),
        format!("let $x = {}1", times("when ")),
        format!("let $x = {}a{}", times("when "), times(" then 1 else 2")),
        format!("let $x = {}", times("[")),
        format!("let $x = {}", times("\"{$a")),
        format!("let $x = {}1{}", times("\"{f("), times(")}\"")),
        format!("let $x = {}", times("f(")),
        format!("let $x = {}1{}", times("f("), times(")")),
        format!("let $x = {}1{}", times("f(a, "), times(")")),
        format!("let a = {}b{}", times("from ("), times(")")),
        format!("let a = from b{}{}", times(" join (from b"), times(")")),
        format!("expect {}from b{} > 0", times("rows(from ("), times("))")),
        format!("param p: {}int", times("list of ")),
        format!("export a to csv {}", times("\"{upper(")),
    ]
}

#[test]
fn depth_ends_in_a_limit_and_not_in_a_dead_stack() {
    for many in [200, 20_000, 200_000] {
        for script in nested(many) {
            let parsed = read(&script);
            assert_eq!(parsed.diagnostics.len(), 1, "{}", &script[..60]);
            let code = parsed.diagnostics[0].code;
            // `list of list` is no depth, as types do not nest.
            assert!(code == Code::NestedTooDeep || script.starts_with("param"), "{code} {}", &script[..60]);
            drop(parsed);
            assert_eq!(format(&script).trim_end(), script.trim_end(), "{}", &script[..60]);
        }
    }
}

/// `when` and brackets nest in turns: neither alone is too deep.
#[test]
fn depths_of_several_kinds_add_up() {
    let script = format!("let $x = {}", format!("{}(", "when a then 1 else ".repeat(99)).repeat(99));
    assert_eq!(read(&script).diagnostics.len(), 1);
}

#[test]
fn what_is_just_not_too_deep_is_read() {
    let deepest = [
        format!("let $x = {}1{}\n", "(".repeat(99), ")".repeat(99)),
        format!("let $x = {}a\n", "not ".repeat(98)),
        format!("let $x = 1{}\n", " + 1".repeat(99)),
        format!("let $x = {}1{}\n", "f(".repeat(49), ")".repeat(49)),
        format!("let $x = {}1{}\n", "f([".repeat(24), "])".repeat(24)),
        format!("let $x = {}1{}\n", "\"{upper(".repeat(24), ")}\"".repeat(24)),
    ];
    for script in deepest {
        assert_eq!(read(&script).diagnostics, [], "{script}");
        assert_eq!(format(&script), format(&format(&script)), "{script}");
    }
    let many_values: Vec<String> = (0..200).map(|at| format!("c{at} = when a then 1 else 2")).collect();
    assert_eq!(read(&format!("let x =\n  from a\n  derive {}", many_values.join(", "))).diagnostics, []);
}

/// Breadth is not depth, and costs time in proportion: a wider text takes longer, but not by its square.
#[test]
fn breadth_has_no_limit() {
    let many = 20_000;
    let wide = [
        format!("let $x = [{}]\n", "f(1), ".repeat(many)),
        format!("let $x = [{}]\n", "(a and b), ".repeat(many)),
        format!("let $x = \"{}\"\n", "{$a}".repeat(many)),
        format!("let a =\n  from b\n{}", "  filter x > 1\n".repeat(many)),
        "let a = from b\n".repeat(many),
    ];
    for script in wide {
        assert_eq!(read(&script).diagnostics, [], "{}", &script[..60]);
        assert_eq!(format(&script).matches("from").count(), script.matches("from").count());
    }
    let broken = [
        format!("let $x = {}{}\n", "(".repeat(many), "]".repeat(many)),
        format!("let a = from b filter x = 1{}\n", " && x = 1".repeat(many)),
        format!("let a = from b select {} a\n", "a AND b, ".repeat(many)),
        format!("let $x = {}{}\n", "(".repeat(many), "\"a\n  ".repeat(many)),
        format!("let $x = 1{}\n", "/* a */".repeat(many)),
    ];
    for script in broken {
        assert!(!read(&script).diagnostics.is_empty(), "{}", &script[..60]);
    }
}
