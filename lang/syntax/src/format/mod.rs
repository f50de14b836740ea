//! Tree to canonical text. Statement by statement: one that is broken stays byte for byte, and so does one whose layout
//! would lose a comment or change the tree (which would be a mistake of ours, but never the author's loss).

mod comment;
mod doc;
mod expr;
mod output;
mod statement;
mod step;
mod test;

use wr_base::name::is_plain_name;
use wr_base::span::{FileId, TextRange};

use crate::ast::{File, Name, PlainText, Statement, print};
use crate::{keywords, parse};
use comment::Comments;
use doc::Doc;

/// The canonical form of a text: one step on a line, two blanks of indentation, nothing aligned, at most one empty line
/// in a row, every comment kept.
#[must_use]
pub fn format(text: &str) -> String {
    let parsed = parse::parse(text, FileId(0));
    let file = &parsed.file;
    let mut out = Lines::default();
    let end = text.len() as u32;
    let first = file.statements.first().map_or(end, |statement| statement.start);
    let stray = parsed.diagnostics.iter().any(|diagnostic| diagnostic.primary.span.start < first);
    if stray {
        out.verbatim(slice(text, TextRange::new(0, first)));
    } else {
        out.between(slice(text, TextRange::new(0, first)));
    }
    for (at, statement) in file.statements.iter().enumerate() {
        let next = file.statements.get(at + 1).map_or(end, |next| next.start);
        let place = TextRange::new(statement.start, next);
        let piece = slice(text, place);
        let broken = parsed.diagnostics.iter().any(|diagnostic| {
            place.start <= diagnostic.primary.span.start && diagnostic.primary.span.start < next.max(place.start + 1)
        });
        if broken {
            out.verbatim(piece);
            continue;
        }
        let whole = slice(piece, statement.range);
        out.words(&canonical(statement, file, whole).unwrap_or_else(|| whole.to_owned()));
        out.between(piece.get(statement.range.end as usize..).unwrap_or_default());
    }
    out.finish()
}

fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start as usize..range.end as usize).unwrap_or_default()
}

/// The layout of one statement, if it says the same as the source and is its own layout.
fn canonical(statement: &Statement, file: &File, source: &str) -> Option<String> {
    let mut text = layout(statement, file, source);
    if text == source {
        return Some(text);
    }
    // A comment that moves to the end of its line can belong to another element when it is read again.
    for _ in 0..3 {
        let parsed = parse::parse(&text, FileId(0));
        let again = parsed.file.statements.first().map(|statement| layout(statement, &parsed.file, &text))?;
        if again == text {
            return same(&text, source).then_some(text);
        }
        text = again;
    }
    None
}

fn layout(statement: &Statement, file: &File, source: &str) -> String {
    let comments = file.comments.iter().filter_map(|comment| {
        let start = comment.range.start.checked_sub(statement.start)?;
        (start < statement.range.end).then(|| TextRange::new(start, start + comment.range.len()))
    });
    let mut formatter = Formatter { comments: Comments::new(source, comments) };
    let mut docs = formatter.statement(statement);
    formatter.comments.rest(&mut docs, u32::MAX);
    doc::print(&docs)
}

/// Whether two texts have the same tree and the same comments.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (parse::parse(one, FileId(0)), parse::parse(other, FileId(0)));
    let comments = |file: &File| {
        let mut comments: Vec<String> = file.comments.iter().map(|comment| comment.text.clone()).collect();
        comments.sort_unstable();
        comments
    };
    one.diagnostics.is_empty()
        && without_quotes(&print::print(&one.file)) == without_quotes(&print::print(&other.file))
        && comments(&one.file) == comments(&other.file)
}

/// Backticks that are not needed go, and no tree changes by that.
fn without_quotes(tree: &str) -> String {
    tree.replace('`', "")
}

struct Formatter<'a> {
    comments: Comments<'a>,
}

/// How the members of a block or list are laid out.
struct Layout {
    open: &'static str,
    close: &'static str,
    /// What stands inside of the signs when all is on one line.
    pad: &'static str,
}

const BLOCK: Layout = Layout { open: "{", close: "}", pad: " " };
const PARENS: Layout = Layout { open: "(", close: ")", pad: "" };
const BRACKETS: Layout = Layout { open: "[", close: "]", pad: "" };

impl<'a> Formatter<'a> {
    fn slice(&self, range: TextRange) -> Doc {
        Doc::words(self.comments.slice(range))
    }

    fn plain_text(&self, text: &PlainText) -> Doc {
        self.slice(text.range)
    }

    /// Members with commas between signs. They stay on one line if the author wrote the first one on the line of the
    /// opening sign, and if they fit.
    fn members<T>(
        &mut self,
        layout: &Layout,
        open_at: u32,
        close_at: u32,
        members: &[T],
        place: impl Fn(&T) -> TextRange,
        mut print: impl FnMut(&mut Self, &T) -> Vec<Doc>,
    ) -> Doc {
        let mut docs = vec![Doc::words(layout.open)];
        self.comments.last_end = self.comments.last_end.max(open_at + 1);
        let mut inner = Vec::new();
        let broken = members
            .first()
            .is_some_and(|first| self.comments.slice(TextRange::new(open_at, place(first).start)).contains('\n'));
        for (at, member) in members.iter().enumerate() {
            let range = place(member);
            let flat = if at == 0 { layout.pad } else { " " };
            let line = if broken { None } else { Some(flat) };
            self.comments.before(&mut inner, range.start, line, at == 0);
            inner.extend(print(self, member));
            inner.push(if at + 1 < members.len() { Doc::words(",") } else { Doc::IfBroken(",") });
            self.comments.last_end = self.comments.last_end.max(range.end);
        }
        if members.is_empty() {
            self.comments.rest(&mut inner, close_at);
            docs.push(Doc::Indent(inner));
            docs.push(Doc::Break { flat: "", empty: false });
        } else {
            let mut closing = Vec::new();
            self.comments.before(&mut closing, close_at, Some(layout.pad), true);
            // Comments above the closing sign stand as deep as the members; the sign itself does not.
            let line = closing.pop();
            inner.append(&mut closing);
            docs.push(Doc::Indent(inner));
            docs.extend(line.map(|line| if broken { Doc::Line { empty: false } } else { without_empty(line) }));
        }
        docs.push(Doc::words(layout.close));
        self.comments.last_end = self.comments.last_end.max(close_at + 1);
        Doc::Group(docs)
    }

    /// Elements with commas and no signs around: `select a, b`. What does not fit goes on below, deeper.
    fn list<T>(
        &mut self,
        elements: &[T],
        place: impl Fn(&T) -> TextRange,
        mut print: impl FnMut(&mut Self, &T) -> Vec<Doc>,
    ) -> Doc {
        let mut inner = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            let range = place(element);
            self.comments.before(&mut inner, range.start, Some(" "), at == 0);
            inner.extend(print(self, element));
            if at + 1 < elements.len() {
                inner.push(Doc::words(","));
            }
            self.comments.last_end = self.comments.last_end.max(range.end);
        }
        Doc::Group(vec![Doc::Indent(inner)])
    }

    fn names(&mut self, names: &[Name]) -> Doc {
        Doc::words(names.iter().map(name).collect::<Vec<_>>().join(", "))
    }
}

fn without_empty(doc: Doc) -> Doc {
    match doc {
        Doc::Break { flat, .. } => Doc::Break { flat, empty: false },
        Doc::Line { .. } => Doc::Line { empty: false },
        Doc::Words(_) | Doc::IfBroken(_) | Doc::Trailing(_) | Doc::Indent(_) | Doc::Group(_) => doc,
    }
}

/// In backticks where it would not be read as this name, or where its author told a keyword from a name by them.
fn name(name: &Name) -> String {
    let needed = !is_plain_name(&name.text)
        || keywords::is_reserved(&name.text)
        || (name.quoted && (keywords::is_keyword(&name.text) || parse::is_foreign_constant(&name.text)));
    if needed { format!("`{}`", name.text) } else { name.text.clone() }
}

/// The text of a whole file, line by line.
#[derive(Default)]
struct Lines {
    out: String,
}

impl Lines {
    fn words(&mut self, words: &str) {
        self.out.push_str(words);
    }

    /// A broken statement with all up to the next one, as it was.
    fn verbatim(&mut self, piece: &str) {
        self.out.push_str(piece);
    }

    /// What stands after a statement: comments, and at most one empty line in a row.
    fn between(&mut self, text: &str) {
        let mut empty = 0;
        for (at, line) in text.split('\n').enumerate() {
            let line = line.trim_start_matches('\u{FEFF}');
            let indented = line.starts_with([' ', '\t']);
            let words = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
            if words.is_empty() {
                empty += usize::from(at > 0);
                continue;
            }
            if at == 0 && !self.out.is_empty() {
                self.out.push(' ');
            } else {
                self.end_line(empty > 0);
                if indented && !self.out.is_empty() {
                    self.out.push_str("  ");
                }
            }
            self.out.push_str(words);
            empty = 0;
        }
        // The part behind the last line break is the start of the next statement's line.
        if text.contains('\n') {
            self.end_line(empty > 1);
        }
    }

    fn end_line(&mut self, empty: bool) {
        if self.out.is_empty() {
            return;
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if empty && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end_matches(['\n', ' ', '\t', '\r']).len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}
