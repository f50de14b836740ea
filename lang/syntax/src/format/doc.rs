//! Layout: a document of words and possible line breaks, to text. A group that fits stays on its line; one that does not,
//! or that holds a comment or a forced break, breaks at all of its own breaks.

/// The longest line that is not broken. Texts and names are never broken, so a line can be longer.
const WIDTH: usize = 120;
const INDENT: usize = 2;

#[derive(Clone, Debug)]
pub(super) enum Doc {
    Words(String),
    /// A blank or nothing in a group that fits; else a line break, with an empty line before it where `empty` says so.
    Break {
        flat: &'static str,
        empty: bool,
    },
    /// Always a line break.
    Line {
        empty: bool,
    },
    /// Only in a broken group: the trailing comma.
    IfBroken(&'static str),
    /// A comment that stands at the end of the line on which it is met.
    Trailing(String),
    Indent(Vec<Doc>),
    Group(Vec<Doc>),
}

impl Doc {
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }

    fn must_break(&self) -> bool {
        match self {
            Self::Words(words) => words.contains('\n'),
            Self::Line { .. } | Self::Trailing(_) => true,
            Self::Break { .. } | Self::IfBroken(_) => false,
            Self::Indent(docs) | Self::Group(docs) => docs.iter().any(Self::must_break),
        }
    }
}

struct Printer {
    out: String,
    column: usize,
    trailing: Vec<String>,
}

/// What is still to be printed: a document, how deep, and whether its group is broken.
type Task<'a> = (&'a Doc, usize, bool);

/// Prints a document that stands at the start of a line.
pub(super) fn print(docs: &[Doc]) -> String {
    let mut printer = Printer { out: String::new(), column: 0, trailing: Vec::new() };
    let mut tasks: Vec<Task<'_>> = docs.iter().rev().map(|doc| (doc, 0, true)).collect();
    while let Some((doc, indent, broken)) = tasks.pop() {
        match doc {
            Doc::Words(words) => printer.words(words),
            Doc::Break { flat, .. } if !broken => printer.words(flat),
            Doc::Break { empty, .. } | Doc::Line { empty } => printer.new_line(indent, *empty),
            Doc::IfBroken(words) if broken => printer.words(words),
            Doc::IfBroken(_) => {}
            Doc::Trailing(comment) => printer.trailing.push(comment.clone()),
            Doc::Indent(inner) => tasks.extend(inner.iter().rev().map(|doc| (doc, indent + INDENT, broken))),
            Doc::Group(inner) => {
                let breaks = doc.must_break() || !fits(inner, &tasks, WIDTH.saturating_sub(printer.column));
                tasks.extend(inner.iter().rev().map(|doc| (doc, indent, breaks)));
            }
        }
    }
    printer.flush(0);
    printer.out
}

impl Printer {
    fn words(&mut self, words: &str) {
        self.out.push_str(words);
        self.column = match words.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + words.chars().count(),
        };
    }

    fn new_line(&mut self, indent: usize, empty: bool) {
        self.flush(indent);
        if empty {
            self.out.push('\n');
        }
        self.start_line(indent);
    }

    fn start_line(&mut self, indent: usize) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Writes the waiting comments: the first at the end of this line, each other on a line of its own.
    fn flush(&mut self, indent: usize) {
        for (at, comment) in std::mem::take(&mut self.trailing).into_iter().enumerate() {
            if at == 0 {
                self.out.push(' ');
            } else {
                self.start_line(indent);
            }
            self.out.push_str(&comment);
        }
    }
}

/// Whether the words up to the next possible line break have room. Looks no further than that: what comes after the group
/// can be the whole rest of a long list.
fn fits(group: &[Doc], after: &[Task<'_>], room: usize) -> bool {
    let mut room = room;
    let mut after = after.iter().rev();
    let mut inside: Vec<(&Doc, bool)> = group.iter().rev().map(|doc| (doc, false)).collect();
    // A group after this one can break for itself.
    let mut is_after = false;
    loop {
        let (doc, broken) = match inside.pop() {
            Some(task) => task,
            None => {
                let Some((doc, _, broken)) = after.next() else { return true };
                is_after = true;
                (*doc, *broken)
            }
        };
        let width = match doc {
            Doc::Words(words) => words.split('\n').next().map_or(0, |line| line.chars().count()),
            Doc::Break { flat, .. } if !broken => flat.chars().count(),
            Doc::Break { .. } | Doc::Line { .. } => return true,
            Doc::IfBroken(_) | Doc::Trailing(_) => 0,
            Doc::Indent(inner) => {
                inside.extend(inner.iter().rev().map(|doc| (doc, broken)));
                0
            }
            Doc::Group(inner) => {
                inside.extend(inner.iter().rev().map(|doc| (doc, is_after)));
                0
            }
        };
        if width > room {
            return false;
        }
        room -= width;
        if matches!(doc, Doc::Words(words) if words.contains('\n')) {
            return true;
        }
    }
}
