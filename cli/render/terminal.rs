//! Whether there is a terminal, whether it has colour, and the few styles that the program uses.
//! Colour only decorates: every text stands without it.

use std::io::IsTerminal;

use crate::args::Colour;

/// How to write to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terminal {
    pub(crate) colour: bool,
    /// Someone can be asked: standard input and standard error are a terminal.
    pub(crate) interactive: bool,
    /// Standard error is a terminal: bars may move.
    pub(crate) live: bool,
    /// Columns to use. Where there is no terminal, lines are as long as they are: logs are searched, not read on a screen.
    pub(crate) width: usize,
}

/// A text from data in one line: its line breaks, and signs that would move the cursor or colour the screen, are shown.
#[must_use]
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '␤' } else { sign }).collect()
}

const WIDTH: usize = 100;
const UNBROKEN: usize = 10_000;

impl Terminal {
    #[must_use]
    pub(crate) fn detect(choice: Colour) -> Self {
        let live = std::io::stderr().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = match choice {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => live && std::io::stdout().is_terminal() && !no_colour && !dumb,
        };
        let width = if live { WIDTH } else { UNBROKEN };
        Self { colour, interactive: live && std::io::stdin().is_terminal() && !dumb, live: live && !dumb, width }
    }

    #[must_use]
    pub(crate) fn bold(&self, text: &str) -> String {
        self.styled("1", text)
    }

    #[must_use]
    pub(crate) fn dim(&self, text: &str) -> String {
        self.styled("2", text)
    }

    #[must_use]
    pub(crate) fn red(&self, text: &str) -> String {
        self.styled("31", text)
    }

    #[must_use]
    pub(crate) fn green(&self, text: &str) -> String {
        self.styled("32", text)
    }

    #[must_use]
    pub(crate) fn yellow(&self, text: &str) -> String {
        self.styled("33", text)
    }

    fn styled(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A link that terminals open on a click; the bare text elsewhere.
    #[must_use]
    pub(crate) fn link(&self, address: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\") } else { text.to_owned() }
    }
}
