//! Whatever stands in a script: it is checked to the end, and nothing is lowered that has an error.

use wr_base::loader::MemoryLoader;

use crate::page::{blocks, files, pages};
use crate::promise::checking_ends;
use crate::script::{PEOPLE, SCHEMAS};

const SAMPLES: [&str; 2] =
    [include_str!("../../../../examples/partner_cards.wr"), include_str!("../../../../examples/push_campaign.wr")];

fn check(script: &str, schemas: &str) {
    checking_ends(&MemoryLoader(
        [("script.wr", script), ("schemas.wr", schemas), ("lib/people.wr", PEOPLE)]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into(),
    ));
}

/// The words of a text as byte ranges.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices() {
        let is_word = sign.is_alphanumeric() || sign == '_' || sign == '$';
        match (is_word, start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                words.push((begin, at));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    words
}

#[test]
fn a_sample_without_any_one_word_is_checked_to_the_end() {
    for sample in SAMPLES {
        for (start, end) in words(sample) {
            check(&format!("{}{}", &sample[..start], &sample[end..]), SCHEMAS);
        }
    }
}

#[test]
fn schemas_without_any_one_word_are_checked_to_the_end() {
    for (start, end) in words(SCHEMAS) {
        check(SAMPLES[1], &format!("{}{}", &SCHEMAS[..start], &SCHEMAS[end..]));
    }
}

#[test]
fn a_sample_with_any_word_in_the_place_of_its_neighbour_is_checked_to_the_end() {
    for sample in SAMPLES {
        for pair in words(sample).windows(2) {
            let [(start, end), (from, to)] = [pair[0], pair[1]];
            let word = &sample[from..to];
            check(&format!("{}{word}{}", &sample[..start], &sample[end..]), SCHEMAS);
        }
    }
}

#[test]
fn a_sample_without_any_one_line_is_checked_to_the_end() {
    for sample in SAMPLES {
        let lines: Vec<&str> = sample.lines().collect();
        for at in 0..lines.len() {
            let rest: Vec<&str> =
                lines.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, line)| *line).collect();
            check(&rest.join("\n"), SCHEMAS);
        }
    }
}

/// Random numbers from a seed (SplitMix64): the same cases everywhere.
struct Rng(u64);

impl Rng {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }
}

/// Words, texts and signs; blanks and line breaks are pieces, too.
fn torn(text: &str) -> Vec<String> {
    let kind = |c: char| {
        if c.is_alphanumeric() || c == '_' || c == '$' {
            1
        } else if c == ' ' {
            2
        } else {
            3
        }
    };
    let mut pieces: Vec<String> = Vec::new();
    let mut last = 3;
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if kind(c) == last && last < 3 => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = kind(c);
    }
    pieces
}

/// A script with words gone, doubled, in the place of others, and names changed, most of them such that it can be read.
fn mistaken(text: &str, rng: &mut Rng) -> String {
    let mut pieces = torn(text);
    let is_word = |piece: &String| piece.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    for _ in 0..=rng.below(4) {
        let words: Vec<usize> = (0..pieces.len()).filter(|at| is_word(&pieces[*at])).collect();
        if words.is_empty() {
            break;
        }
        let (one, other) = (words[rng.below(words.len())], words[rng.below(words.len())]);
        match rng.below(7) {
            0 => drop(pieces.remove(one)),
            1 => pieces.insert(one, pieces[other].clone()),
            2 => pieces.swap(one, other),
            3 => pieces[one] = pieces[other].clone(),
            4 => pieces[one].push('x'),
            5 => drop(pieces.remove(rng.below(pieces.len()))),
            _ => {
                pieces[one] = ["null", "0", "1.5", "\"t\"", "2026-01-09", "10%", "$x", "now", "count()", "[1, 2]"]
                    [rng.below(10)]
                .to_owned()
            }
        }
    }
    pieces.concat()
}

#[test]
fn a_sample_with_mistakes_is_checked_to_the_end() {
    let mut rng = Rng(1);
    for case in 0..800 {
        let sample = SAMPLES[case % 2];
        check(&mistaken(sample, &mut rng), SCHEMAS);
    }
}

#[test]
fn pages_with_mistakes_are_checked_to_the_end() {
    let mut rng = Rng(2);
    let mut scripts = Vec::new();
    for folder in ["docs/errors", "tests/types", "tests/syntax"] {
        for (_, page) in pages(folder) {
            let of_page = blocks(&page).into_iter().filter(|block| block.words.split(' ').next() == Some("wr"));
            scripts.extend(of_page.map(|block| block.text));
        }
    }
    assert!(scripts.len() > 150, "only {} scripts", scripts.len());
    for case in 0..4_000 {
        checking_ends(&files(&mistaken(&scripts[case % scripts.len()], &mut rng)));
    }
}

/// As deep as the parser lets through, in every phase, on the two megabytes of a test's stack.
#[test]
fn the_deepest_scripts_are_checked_and_lowered() {
    let table = "source db: local\ntable db.t key id { id: int, x: int, k: text }\n";
    let deepest = [
        format!("let a = from db.t filter {}x{} > 1\n", "(".repeat(98), ")".repeat(98)),
        format!("let a = from db.t filter {}(x > 1)\n", "not ".repeat(97)),
        format!("let a = from db.t derive y = x{}\n", " + 1".repeat(99)),
        format!("let a = from db.t filter x > 1{}\n", " or x > 1".repeat(97)),
        format!("let a = from db.t derive y = {}x{}\n", "abs(".repeat(49), ")".repeat(49)),
        format!("let a = from db.t derive y = {}2\n", "when x > 1 then 1 else ".repeat(48)),
        format!("let a = from db.t derive y = {}k{}\n", "\"{upper(".repeat(24), ")}\"".repeat(24)),
        format!("let a = {}from db.t{}\n", "from (".repeat(99), ")".repeat(99)),
        format!("let a = {}from db.t{}\n", "from db.t join one (".repeat(90), ") as q using id select id".repeat(90)),
    ];
    for script in deepest {
        let script = format!("{table}{script}export a to csv \"a.csv\"\n");
        let analysis = checking_ends(&files(&script));
        assert!(!analysis.has_errors(), "{script}\n{:#?}", analysis.diagnostics);
    }
}

/// As many steps as are allowed, one relation built on another; the program gives its commands such a stack.
#[test]
fn long_chains_are_checked_and_lowered() {
    let stack = std::thread::Builder::new().stack_size(64 << 20);
    stack.spawn(check_long_chains).unwrap().join().unwrap();
}

fn check_long_chains() {
    let table = "source db: local\ntable db.t key id { id: int, x: int }\nparam p: int = 1 label \"P\"\nlet $v0 = $p\n";
    let each = |line: &dyn Fn(usize) -> String, count: usize| (1..=count).map(line).collect::<String>();
    let relations = each(&|at| format!("let r{at} = from r{} filter x > {at}\n", at - 1), 490);
    let steps = each(&|at| format!("  filter x > {at}\n"), 990);
    let values = each(&|at| format!("let $v{at} = $v{} + 1\n", at - 1), 1_000);
    for script in [
        format!("let r0 = from db.t\n{relations}export r490 to csv \"a.csv\"\n"),
        format!("let a =\n  from db.t\n{steps}export a to csv \"a.csv\"\n"),
        format!("{values}let a = from db.t filter x > $v1000\nexport a to csv \"a.csv\"\n"),
    ] {
        let analysis = checking_ends(&files(&format!("{table}{script}")));
        assert!(!analysis.has_errors(), "{:#?}", analysis.diagnostics);
    }
    assert!(!checking_ends(&imports(100)).has_errors());
}

/// A script that takes a function through so many files, each from the next.
fn imports(count: usize) -> MemoryLoader {
    let mut loader = files("use f from \"b1.wr\"\nlet $x = f(1)\n");
    for at in 1..count {
        loader.0.insert(format!("b{at}.wr"), format!("use f from \"b{}.wr\"\n", at + 1));
    }
    loader.0.insert(format!("b{count}.wr"), "fn f(x: int) -> int = x\n".to_owned());
    loader
}

#[test]
fn a_chain_of_files_ends_in_an_error_and_not_in_a_dead_stack() {
    let analysis = checking_ends(&imports(5_000));
    let said: Vec<&str> = analysis.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(said, ["WR0002"]);
}
