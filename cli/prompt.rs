//! Asks for parameters in the terminal, in the words of the script's author. Every answer is checked before it is taken.

use std::io::Write as _;

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::ui::{Color, RenderConfig, StyleSheet, Styled};
use inquire::{Confirm, MultiSelect, Select, Text};
use wr_base::value::Value;

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
        labels: &'a [String],
        default: Option<usize>,
    },
    Some {
        labels: &'a [String],
        default: Vec<usize>,
    },
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
        QuestionKind::Line => ask_line(question, check, help, config).map(Answer::Line),
        QuestionKind::YesNo { default } => {
            let mut prompt = Confirm::new(question.label).with_render_config(config);
            prompt.default = *default;
            prompt.help_message = help;
            prompt.prompt().map(Answer::YesNo)
        }
        QuestionKind::One { labels, default } => {
            let mut prompt = Select::new(question.label, labels.to_vec())
                .with_starting_cursor(default.unwrap_or(0))
                .with_page_size(10)
                .with_render_config(config);
            prompt.help_message = help.or(Some("arrows to move, letters to search, Enter to choose"));
            prompt.raw_prompt().map(|chosen| Answer::One(chosen.index))
        }
        QuestionKind::Some { labels, default } => {
            let all: &dyn Fn(&[ListOption<&String>]) -> String =
                &|chosen| chosen.iter().map(|option| option.value.as_str()).collect::<Vec<_>>().join(", ");
            let mut prompt = MultiSelect::new(question.label, labels.to_vec())
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

fn ask_line(
    question: &Question<'_>,
    check: &(dyn Fn(&str) -> Result<Value, String> + Sync),
    help: Option<&str>,
    config: RenderConfig<'static>,
) -> Result<String, InquireError> {
    // inquire's validators must own what they see; asking again with the words of the problem needs none.
    let mut initial: Option<String> = None;
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
                // The prompt left the answer behind as taken.
                let _ = std::io::stderr().write_all(b"\x1b[1A\x1b[2K");
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
