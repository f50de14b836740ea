//! Asks for parameters in the terminal, in the words of the script's author. Every answer is checked before it is taken.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write as _;

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::ui::{Color, RenderConfig, StyleSheet, Styled};
use inquire::{Confirm, MultiSelect, Select, Text};
use wr_base::value::Value;

use crate::render::terminal::printable;

/// What has to be asked, in the author's words.
pub(crate) struct Question<'a> {
    pub(crate) label: &'a str,
    pub(crate) help: &'a str,
    pub(crate) kind: QuestionKind<'a>,
    /// The default as a person would type it; for choices, the chosen positions are in the kind.
    pub(crate) default: Option<String>,
}

pub(crate) enum QuestionKind<'a> {
    /// A line of text, read by the check.
    Line,
    YesNo {
        default: Option<bool>,
    },
    One {
        options: &'a [Shown],
        default: Option<usize>,
    },
    Some {
        options: &'a [Shown],
        default: Vec<usize>,
    },
    /// One of a list that need not hold all, else a line that the check reads.
    OneOrLine {
        options: &'a [Shown],
        default: Option<usize>,
        /// The last option: another one.
        other: &'a str,
        /// What can be typed then.
        line_help: &'a str,
        /// What is looked for when this was typed or pasted.
        sought: fn(&str) -> String,
    },
}

/// An option as people see it and find it.
#[derive(Clone)]
pub(crate) struct Shown {
    words: String,
    /// Words and value in small letters: what is typed is looked for in both.
    found_by: String,
    /// What stays on the line when it was chosen.
    taken: String,
}

impl Shown {
    /// Labels and canonical values. A label that several options have is shown with its value.
    pub(crate) fn all(options: impl Iterator<Item = (String, String)> + Clone) -> Vec<Self> {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for (label, _) in options.clone() {
            *times.entry(label).or_default() += 1;
        }
        let shown = |(label, value): (String, String)| {
            let is_alone = times.get(&label).is_none_or(|times| *times == 1);
            let found_by = format!("{label}\n{value}").to_lowercase();
            let words = printable(&if is_alone { label } else { format!("{label} ({value})") });
            Self { taken: words.clone(), words, found_by }
        };
        options.map(shown).collect()
    }

    /// One that is told apart from the others by its words.
    pub(crate) fn new(words: &str, value: &str, taken: &str) -> Self {
        let found_by = format!("{words}\n{value}").to_lowercase();
        Self { words: printable(words), found_by, taken: printable(taken) }
    }

    /// How well an option fits what was typed: it begins with it, a word in it does, it holds it. Equals stay in their order.
    fn score(&self, typed: &str, at: usize) -> Option<i64> {
        let typed = typed.trim().to_lowercase();
        let place = self.found_by.find(&typed)?;
        let before = self.found_by.get(..place).and_then(|before| before.chars().next_back());
        let class = match before {
            None | Some('\n') => 2,
            Some(sign) if !sign.is_alphanumeric() => 1,
            Some(_) => 0,
        };
        Some((class << 40) - at as i64)
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

pub(crate) enum Answer {
    Line(String),
    YesNo(bool),
    One(usize),
    Some(Vec<usize>),
    /// Escape, Ctrl-C, or the end of the input.
    Cancelled,
}

/// Asks one question. `check` says what is wrong with a line, in words, or gives its value.
///
/// # Errors
/// The terminal's own words, where it cannot be used.
pub(crate) fn ask(
    question: &Question<'_>,
    check: &(dyn Fn(&str) -> Result<Value, String> + Sync),
    colour: bool,
) -> Result<Answer, String> {
    let config = render_config(colour);
    let help = (!question.help.is_empty()).then_some(question.help);
    let answer = match &question.kind {
        QuestionKind::Line => ask_line(question, None, check, help, config).map(Answer::Line),
        QuestionKind::OneOrLine { options, default, other, line_help, sought } => {
            let list = List { options, default: *default, other, line_help, sought: *sought };
            ask_one_or_line(question, &list, check, help, config)
        }
        QuestionKind::YesNo { default } => {
            let mut prompt = Confirm::new(question.label).with_render_config(config);
            prompt.default = *default;
            prompt.help_message = help;
            prompt.prompt().map(Answer::YesNo)
        }
        QuestionKind::One { options, default } => {
            let mut prompt = Select::new(question.label, options.to_vec())
                .with_scorer(&|typed, option: &Shown, _, at| option.score(typed, at))
                .with_starting_cursor(default.unwrap_or(0))
                .with_page_size(10)
                .with_render_config(config);
            prompt.help_message = help.or(Some(CHOOSE));
            prompt.raw_prompt().map(|chosen| Answer::One(chosen.index))
        }
        QuestionKind::Some { options, default } => {
            let all: &dyn Fn(&[ListOption<&Shown>]) -> String = &|chosen| chosen_words(chosen, options.len());
            let mut prompt = MultiSelect::new(question.label, options.to_vec())
                .with_scorer(&|typed, option: &Shown, _, at| option.score(typed, at))
                .with_default(default)
                .with_page_size(10)
                .with_formatter(all)
                .with_render_config(config);
            prompt.help_message = help.or(Some("Space to choose, → all, ← none, letters to search, Enter to go on"));
            prompt.raw_prompt().map(|chosen| Answer::Some(chosen.into_iter().map(|option| option.index).collect()))
        }
    };
    match answer {
        Ok(answer) => Ok(answer),
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(Answer::Cancelled),
        Err(InquireError::IO(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(Answer::Cancelled),
        Err(error) => Err(error.to_string()),
    }
}

const CHOOSE: &str = "arrows to move, letters to search, Enter to choose";

/// More than these are counted, not named: an answer stays on its line.
const NAMED: usize = 8;

fn chosen_words(chosen: &[ListOption<&Shown>], of: usize) -> String {
    if chosen.len() > NAMED {
        return format!("{} of {of}", chosen.len());
    }
    chosen.iter().map(|option| option.value.words.as_str()).collect::<Vec<_>>().join(", ")
}

struct List<'a> {
    options: &'a [Shown],
    default: Option<usize>,
    other: &'a str,
    line_help: &'a str,
    sought: fn(&str) -> String,
}

/// A list with one option more, which leads to a line; what was typed to search goes into it.
fn ask_one_or_line(
    question: &Question<'_>,
    list: &List<'_>,
    check: &(dyn Fn(&str) -> Result<Value, String> + Sync),
    help: Option<&str>,
    config: RenderConfig<'static>,
) -> Result<Answer, InquireError> {
    let last = list.options.len();
    let options: Vec<Shown> = list.options.iter().cloned().chain([Shown::new(list.other, "", "")]).collect();
    let typed = RefCell::new(String::new());
    let score = |line: &str, option: &Shown, _: &str, at: usize| {
        typed.replace(line.to_owned());
        // It is there whatever was typed, behind all that fit.
        if at == last { Some(i64::MIN) } else { option.score(&(list.sought)(line), at) }
    };
    let taken = |option: ListOption<&Shown>| option.value.taken.clone();
    let mut prompt = Select::new(question.label, options.clone())
        .with_scorer(&score)
        .with_formatter(&taken)
        .with_starting_cursor(list.default.unwrap_or(0))
        .with_page_size(10)
        .with_render_config(config);
    prompt.help_message = help.or(Some(CHOOSE));
    let chosen = prompt.raw_prompt()?.index;
    if chosen < last {
        return Ok(Answer::One(chosen));
    }
    forget_line();
    let typed = typed.into_inner();
    let help = Some(question.help).filter(|help| !help.is_empty()).or(Some(list.line_help));
    ask_line(question, Some(typed).filter(|typed| !typed.is_empty()), check, help, config).map(Answer::Line)
}

/// Takes the last line away: a prompt left an answer behind as taken, or what was waited for is there.
pub(crate) fn forget_line() {
    let _ = std::io::stderr().write_all(b"\x1b[1A\x1b[2K");
}

fn ask_line(
    question: &Question<'_>,
    mut initial: Option<String>,
    check: &(dyn Fn(&str) -> Result<Value, String> + Sync),
    help: Option<&str>,
    config: RenderConfig<'static>,
) -> Result<String, InquireError> {
    // inquire's validators must own what they see; asking again with the words of the problem needs none.
    let mut problem: Option<String> = None;
    loop {
        let message = problem.as_ref().map(|problem| format!("! {problem}"));
        let mut prompt = Text::new(question.label).with_render_config(config);
        prompt.help_message = message.as_deref().or(help);
        if let Some(default) = &question.default {
            prompt = prompt.with_default(default);
        }
        if let Some(initial) = &initial {
            prompt = prompt.with_initial_value(initial);
        }
        let line = prompt.prompt()?;
        match check(&line) {
            Ok(_) => return Ok(line),
            Err(words) => {
                forget_line();
                initial = Some(line);
                problem = Some(words);
            }
        }
    }
}

/// No colour where there is none; the marks are plain characters that any font has.
fn render_config(colour: bool) -> RenderConfig<'static> {
    let config = if colour { RenderConfig::default_colored() } else { RenderConfig::empty() };
    let prefix = if colour { Styled::new("?").with_fg(Color::LightCyan) } else { Styled::new("?") };
    let config = config
        .with_prompt_prefix(prefix)
        .with_answered_prompt_prefix(Styled::new("✓"))
        .with_highlighted_option_prefix(Styled::new("›"));
    if colour { config.with_default_value(StyleSheet::new().with_fg(Color::DarkGrey)) } else { config }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(options: &[(&str, &str)], typed: &str) -> Vec<String> {
        let all = Shown::all(options.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())));
        let mut scored: Vec<(i64, &Shown)> =
            all.iter().enumerate().filter_map(|(at, one)| Some((one.score(typed, at)?, one))).collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, one)| one.to_string()).collect()
    }

    const SHOPS: [(&str, &str); 5] =
        [("Новая Орловка", "17"), ("Орёл", "42"), ("Пригород, Орёл", "7"), ("Орёл", "43"), ("Tver", "Т1")];

    #[test]
    fn options_are_found_by_label_and_by_value_in_any_case() {
        assert_eq!(found(&SHOPS, "ОРЁЛ"), ["Орёл (42)", "Орёл (43)", "Пригород, Орёл"]);
        assert_eq!(found(&SHOPS, "орло"), ["Новая Орловка"]);
        assert_eq!(found(&SHOPS, "т1"), ["Tver"]);
        assert_eq!(found(&SHOPS, "7"), ["Пригород, Орёл", "Новая Орловка"]);
        assert_eq!(found(&SHOPS, "zzz"), [""; 0]);
    }

    #[test]
    fn a_line_break_in_a_label_is_shown_and_breaks_no_line() {
        assert_eq!(
            found(&[("Bakery\nand a dot", "9"), ("Red \u{1b}[31m", "8")], ""),
            ["Bakery␤and a dot", "Red ␤[31m"]
        );
    }

    #[test]
    fn without_a_word_options_stand_in_their_order() {
        let all = ["Новая Орловка", "Орёл (42)", "Пригород, Орёл", "Орёл (43)", "Tver"];
        assert_eq!(found(&SHOPS, " "), all);
    }
}
