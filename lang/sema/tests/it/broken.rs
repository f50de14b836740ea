//! Whatever stands in a script: it is checked to the end, and nothing is lowered that has an error.

use wr_base::loader::MemoryLoader;
use wr_sema::{analyse, lower};

use crate::script::{PEOPLE, SCHEMAS};

const SAMPLES: [&str; 2] =
    [include_str!("../../../../examples/partner_cards.wr"), include_str!("../../../../examples/push_campaign.wr")];

fn check(script: &str, schemas: &str) {
    let loader = MemoryLoader(
        [("a.wr", script), ("schemas.wr", schemas), ("lib/people.wr", PEOPLE)]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into(),
    );
    let analysis = analyse(&loader, "a.wr", &wr_sema::project::Project::default());
    assert_eq!(analysis.checked().is_some(), !analysis.has_errors());
    if let Some(checked) = analysis.checked() {
        let plan = lower(&checked);
        assert_eq!(plan.exports.len(), analysis.program.exports.len());
    }
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
