//! Where comments and empty lines go. Whoever lays out a line asks [`Comments::before`] first, and gets every comment
//! that stands before it, so none is lost.

use wr_base::span::TextRange;

use super::doc::Doc;
use crate::parse;

pub(super) struct Comments<'a> {
    source: &'a str,
    /// The source with blanks for its comments: signs are looked for here.
    masked: String,
    /// Not yet laid out, in order, relative to the statement.
    waiting: std::collections::VecDeque<TextRange>,
    /// Where the element that was laid out last ends in the source.
    pub(super) last_end: u32,
}

impl<'a> Comments<'a> {
    pub(super) fn new(source: &'a str, comments: impl Iterator<Item = TextRange>) -> Self {
        Self { source, masked: parse::masked(source), waiting: comments.collect(), last_end: 0 }
    }

    /// The first place of a sign that is known to stand in a range.
    pub(super) fn find(&self, sign: char, range: TextRange) -> u32 {
        let end = (range.end as usize).min(self.masked.len());
        let words = self.masked.get(range.start as usize..end).unwrap_or_default();
        words.find(sign).map_or(end as u32, |at| range.start + at as u32)
    }

    /// The `)` that comes next, if nothing but blanks and comments stands before it.
    pub(super) fn closing_after(&self, end: u32) -> Option<u32> {
        let rest = self.masked.get(end as usize..)?;
        let blank = rest.len() - rest.trim_start().len();
        rest.get(blank..)?.starts_with(')').then(|| end + blank as u32)
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.source.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn next_before(&mut self, start: u32) -> Option<TextRange> {
        self.waiting.pop_front_if(|comment| comment.start < start)
    }

    fn own_line(&self, comment: TextRange) -> bool {
        let before = self.slice(TextRange::new(0, comment.start));
        before.rsplit('\n').next().unwrap_or_default().trim().is_empty()
    }

    fn empty_line_between(&self, from: u32, to: u32) -> bool {
        let between = self.slice(TextRange::new(from, to));
        // Commas and brackets may stand there; what counts is two line breaks with nothing but blanks between them.
        let mut breaks = 0;
        for c in between.chars() {
            if c == '\n' {
                breaks += 1;
            } else if !c.is_whitespace() {
                breaks = 0;
            }
            if breaks == 2 {
                return true;
            }
        }
        false
    }

    /// Goes to the line of an element that starts at `start`: the comments that belong to the line above, the break,
    /// the comments that have lines of their own. `first` keeps no empty line: nothing is above in this block.
    pub(super) fn before(&mut self, docs: &mut Vec<Doc>, start: u32, line: Option<&'static str>, first: bool) {
        let mut own = Vec::new();
        while let Some(comment) = self.next_before(start) {
            if comment.start < self.last_end || !self.own_line(comment) {
                docs.push(Doc::Trailing(self.slice(comment).to_owned()));
                self.last_end = self.last_end.max(comment.end);
            } else {
                own.push(comment);
            }
        }
        let mut above = self.last_end;
        for comment in own {
            let empty = !(first && above == self.last_end) && self.empty_line_between(above, comment.start);
            docs.push(Doc::Line { empty });
            docs.push(Doc::words(self.slice(comment)));
            above = comment.end;
        }
        let only = above == self.last_end;
        let empty = !(first && only) && self.empty_line_between(above, start);
        docs.push(match line {
            Some(flat) if only => Doc::Break { flat, empty },
            Some(_) | None => Doc::Line { empty },
        });
        self.last_end = self.last_end.max(start);
    }

    /// All that is left before `end`.
    pub(super) fn rest(&mut self, docs: &mut Vec<Doc>, end: u32) {
        while let Some(comment) = self.next_before(end) {
            docs.push(Doc::Trailing(self.slice(comment).to_owned()));
        }
    }
}
