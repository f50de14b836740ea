//! Statements that promise, split and put out.

use super::{BLOCK, Doc, Formatter, name};
use crate::ast::{
    Branch, Expect, Export, ExportContent, Heading, OutputColumn, Record, RecordColumn, Reveal, Share, Sheet,
    SheetTitle, Split, SplitCounts,
};

impl Formatter<'_> {
    pub(super) fn expect(&mut self, expect: &Expect) -> Vec<Doc> {
        let mut docs = vec![Doc::words("expect ")];
        docs.extend(self.expr(&expect.condition));
        if let Some(message) = &expect.message {
            let mut below = Vec::new();
            self.comments.last_end = self.comments.last_end.max(expect.condition.range.end);
            self.comments.before(&mut below, message.range.start, Some(" "), true);
            below.extend([Doc::words("else "), self.text(message)]);
            docs.push(Doc::Indent(below));
        }
        vec![Doc::Group(docs)]
    }

    pub(super) fn split(&mut self, split: &Split, end: u32) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("split {} by ", name(&split.relation)))];
        docs.push(self.names(&split.key));
        docs.push(Doc::words(" seed"));
        let after = split.seed.last().map_or(0, |last| last.range.end);
        self.comments.last_end = split.seed.first().map_or(0, |first| first.range.start);
        docs.push(self.list(&split.seed, |seed| seed.range, Self::expr));
        let (words, after) = match &split.counts {
            SplitCounts::Free => (String::new(), after),
            SplitCounts::Exactly(word) => (" exactly".to_owned(), word.end),
            SplitCounts::Strata(strata) => {
                let names = strata.iter().map(name).collect::<Vec<_>>().join(", ");
                (format!(" stratify by {names}"), strata.last().map_or(after, |last| last.range.end))
            }
        };
        docs.push(Doc::words(words + " "));
        let ends = (split.branches.first().map(|first| first.range), split.branches.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, end);
        docs.push(self.members(&BLOCK, open, close, &split.branches, |branch| branch.range, Self::branch));
        docs
    }

    fn branch(&mut self, branch: &Branch) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("{} ", name(&branch.name)))];
        match &branch.share {
            Share::Of(share) => docs.extend(self.expr(share)),
            Share::Rest(_) => docs.push(Doc::words("rest")),
        }
        if branch.held.is_some() {
            docs.push(Doc::words(" held"));
        }
        docs
    }

    pub(super) fn record(&mut self, record: &Record, end: u32) -> Vec<Doc> {
        let mut docs = vec![Doc::words("record ")];
        docs.extend(self.relation(&record.relation));
        docs.push(Doc::words(" into "));
        docs.extend(self.relation(&record.table));
        docs.push(Doc::words(" key "));
        docs.push(self.names(&record.key));
        docs.push(Doc::words(" "));
        let after = record.key.last().map_or(0, |last| last.range.end);
        let ends = (record.columns.first().map(|first| first.range), record.columns.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, end);
        docs.push(self.members(&BLOCK, open, close, &record.columns, |column| column.range, Self::record_column));
        docs
    }

    fn record_column(&mut self, column: &RecordColumn) -> Vec<Doc> {
        let mut docs = vec![Doc::words(name(&column.name))];
        if let Some(value) = &column.value {
            docs.push(Doc::words(" = "));
            docs.extend(self.expr(value));
        }
        docs
    }

    pub(super) fn export(&mut self, export: &Export, end: u32) -> Vec<Doc> {
        let format = export.format.words();
        let mut docs = vec![Doc::words("export ")];
        if let ExportContent::Relation { relation, .. } = &export.content {
            docs.extend(self.relation(relation));
            docs.push(Doc::words(" "));
        }
        docs.push(Doc::words(format!("to {format} ")));
        docs.push(self.text(&export.file));
        docs.extend(self.settings(&export.settings));
        let after = export.settings.last().map_or(export.file.range.end, |last| last.range.end);
        match &export.content {
            ExportContent::Relation { columns, .. } => docs.extend(self.output_columns(columns.as_deref(), after, end)),
            ExportContent::Sheets(sheets) => {
                docs.push(Doc::words(" "));
                let ends = (sheets.first().map(|first| first.range), sheets.last().map(|last| last.range));
                let (open, close) = self.braces(after, ends, end);
                docs.push(self.members(&BLOCK, open, close, sheets, |sheet| sheet.range, Self::sheet));
            }
        }
        docs
    }

    pub(super) fn reveal(&mut self, reveal: &Reveal) -> Vec<Doc> {
        let mut docs = vec![Doc::words("reveal ")];
        docs.extend(self.relation(&reveal.relation));
        let mut below = Vec::new();
        self.comments.last_end = self.comments.last_end.max(reveal.relation.range.end);
        self.comments.before(&mut below, reveal.reason.range.start, Some(" "), true);
        below.extend([Doc::words("because "), self.plain_text(&reveal.reason)]);
        docs.push(Doc::Indent(below));
        vec![Doc::Group(docs)]
    }

    fn sheet(&mut self, sheet: &Sheet) -> Vec<Doc> {
        let title = match &sheet.title {
            SheetTitle::Text(title) => self.plain_text(title),
            SheetTitle::By(column) => Doc::words(format!("by {}", name(column))),
        };
        let mut docs = vec![Doc::words("sheet "), title, Doc::words(" from ")];
        docs.extend(self.relation(&sheet.relation));
        docs.extend(self.output_columns(sheet.columns.as_deref(), sheet.relation.range.end, sheet.range.end));
        docs
    }

    fn output_columns(&mut self, columns: Option<&[OutputColumn]>, after: u32, end: u32) -> Vec<Doc> {
        let Some(columns) = columns else { return Vec::new() };
        let ends = (columns.first().map(|first| first.range), columns.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, end);
        let list = self.members(&BLOCK, open, close, columns, |column| column.range, Self::output_column);
        vec![Doc::words(" "), list]
    }

    fn output_column(&mut self, column: &OutputColumn) -> Vec<Doc> {
        let mut docs = self.expr(&column.value);
        match &column.heading {
            Some(Heading::Text(text)) => docs.extend([Doc::words(" as "), self.text(text)]),
            Some(Heading::LabelOf(param)) => docs.push(Doc::words(format!(" as label(${})", name(param)))),
            None => {}
        }
        if let Some(format) = &column.format {
            docs.extend([Doc::words(" format "), self.plain_text(format)]);
        }
        docs
    }
}
