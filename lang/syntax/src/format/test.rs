//! Tests: what is given and what is expected, a row on a line.

use wr_base::span::TextRange;

use super::{BLOCK, Doc, Formatter, PARENS, name};
use crate::ast::{Expected, ExpectedOf, ExpectedRows, Given, GivenKind, Row, RowHeading, Rows, Test};

impl Formatter<'_> {
    pub(super) fn test(&mut self, test: &Test, end: u32) -> Vec<Doc> {
        let mut docs = vec![Doc::words("test "), self.plain_text(&test.title), Doc::words(" ")];
        let mut after = test.title.range.end;
        if let (Some(first), Some(last)) = (test.given.first(), test.given.last()) {
            docs.push(Doc::words("with "));
            let (open, close) = self.braces(after, (Some(first.range), Some(last.range)), end);
            docs.push(self.members(&BLOCK, open, close, &test.given, |given| given.range, Self::given));
            docs.push(Doc::words(" "));
            after = close + 1;
        }
        docs.push(Doc::words("expect "));
        match &test.expected {
            Expected::Fail(code) => docs.push(Doc::words(format!("fail {}", name(code)))),
            Expected::Broken(message) => docs.extend([Doc::words("broken "), self.plain_text(message)]),
            Expected::Refused(value) => docs.push(Doc::words(format!("refused ${}", name(value)))),
            Expected::Rows(expected) => {
                let ends = (expected.first().map(|first| first.range), expected.last().map(|last| last.range));
                let (open, close) = self.braces(after, ends, end);
                docs.push(self.members(&BLOCK, open, close, expected, |one| one.range, Self::expected_rows));
            }
        }
        docs
    }

    fn given(&mut self, given: &Given) -> Vec<Doc> {
        match &given.kind {
            GivenKind::Table { table, rows } => {
                let mut docs = self.relation(table);
                docs.push(Doc::words(" = "));
                docs.extend(self.rows(rows));
                docs
            }
            GivenKind::File { name: file, rows } => {
                let mut docs = vec![Doc::words(format!("${} = ", name(file)))];
                docs.extend(self.rows(rows));
                docs
            }
            GivenKind::Value { name: value, value: expr } => {
                let mut docs = vec![Doc::words(format!("${} = ", name(value)))];
                docs.extend(self.expr(expr));
                docs
            }
            GivenKind::Now(expr) => {
                let mut docs = vec![Doc::words("now = ")];
                docs.extend(self.expr(expr));
                docs
            }
        }
    }

    fn rows(&mut self, rows: &Rows) -> Vec<Doc> {
        let headings = rows.headings.iter().map(|heading| match heading {
            RowHeading::Name(heading) => name(heading),
            RowHeading::Text(text) => self.comments.slice(text.range).to_owned(),
        });
        let headings: Vec<String> = headings.collect();
        let mut docs = vec![Doc::words(format!("rows {} ", headings.join(", ")))];
        let after = rows.headings.last().map_or(rows.range.start, |last| last.range().end);
        let ends = (rows.rows.first().map(|first| first.range), rows.rows.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, rows.range.end);
        docs.push(self.members(&BLOCK, open, close, &rows.rows, |row| row.range, Self::row));
        docs
    }

    fn row(&mut self, row: &Row) -> Vec<Doc> {
        let TextRange { start, end } = row.range;
        vec![self.members(&PARENS, start, end.saturating_sub(1), &row.cells, |cell| cell.range, Self::expr)]
    }

    fn expected_rows(&mut self, expected: &ExpectedRows) -> Vec<Doc> {
        let mut docs = match &expected.of {
            ExpectedOf::Relation(operand) => self.operand(operand),
            ExpectedOf::File { name, sheet } => {
                let mut docs = vec![self.plain_text(name)];
                if let Some(sheet) = sheet {
                    docs.extend([Doc::words(" sheet "), self.plain_text(sheet)]);
                }
                docs
            }
        };
        docs.push(Doc::words(" = "));
        docs.extend(self.rows(&expected.rows));
        docs
    }
}
