//! A text and a place in it to the lines around it, for miette: by the table of lines, not by reading from the beginning.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use wr_base::source::SourceText;

/// A text with its name. What miette would read of it is the same, and takes as long in a long file as in a short one.
pub(super) struct SourceLines(pub(super) SourceText);

impl SourceCode for SourceLines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // One line more than asked for on both sides, as no span begins or ends in one of these.
        let line_of = |offset: usize| self.0.line_column(u32::try_from(offset).unwrap_or(u32::MAX)).0 as usize;
        let first = line_of(span.offset()).saturating_sub(context_lines_before + 1);
        let last = line_of(span.offset() + span.len()) + context_lines_after + 1;
        let start_of = |line: usize| self.0.line_start(u32::try_from(line).ok()?).map(|start| start as usize);
        let start = start_of(first).unwrap_or_default();
        let around = self.0.text.get(start..start_of(last + 1).unwrap_or(self.0.text.len())).unwrap_or_default();
        let span = SourceSpan::from((span.offset().saturating_sub(start), span.len()));
        let found = around.read_span(&span, context_lines_before, context_lines_after)?;
        let place = (start + found.span().offset(), found.span().len()).into();
        let path = self.0.path.clone();
        let (line, column) = (first + found.line(), found.column());
        Ok(Box::new(MietteSpanContents::new_named(path, found.data(), place, line, column, found.line_count())))
    }
}
