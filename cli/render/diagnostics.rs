//! A diagnostic as people read it: miette draws the script's words with the label under them.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use wr_base::diag::{Diagnostic, Safety, Severity};
use wr_base::source::{SourceSet, SourceText};
use wr_base::span::Span;

use super::source_lines::SourceLines;
use super::terminal::Terminal;

/// One diagnostic, with a blank line after it.
#[must_use]
pub(crate) fn render(diagnostic: &Diagnostic, sources: &SourceSet, terminal: Terminal) -> String {
    let theme = if terminal.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(terminal.width)
        .with_context_lines(1)
        .with_links(false)
        .without_cause_chain();
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = handler.render_report(&mut text, &Shown::new(diagnostic, sources));
    text.push('\n');
    text
}

/// "2 errors and 1 warning in 3 scripts".
#[must_use]
pub(crate) fn count(errors: usize, warnings: usize) -> String {
    let some = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no errors".to_owned(),
        (0, warnings) => some(warnings, "warning"),
        (errors, 0) => some(errors, "error"),
        (errors, warnings) => format!("{} and {}", some(errors, "error"), some(warnings, "warning")),
    }
}

/// Our diagnostic in miette's terms. Labels in other files become related reports: miette draws one file per report.
struct Shown {
    code: String,
    severity: miette::Severity,
    headline: String,
    help: Option<String>,
    source: SourceLines,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Shown>,
}

impl Shown {
    fn new(diagnostic: &Diagnostic, sources: &SourceSet) -> Self {
        let file = diagnostic.primary.span.file;
        let mut labels = vec![LabeledSpan::new_primary_with_span(
            label_text(&diagnostic.primary.text),
            source_span(diagnostic.primary.span),
        )];
        let mut elsewhere = Vec::new();
        for label in &diagnostic.secondary {
            if label.span.file == file {
                labels.push(LabeledSpan::new_with_span(label_text(&label.text), source_span(label.span)));
            } else {
                elsewhere.push(Self {
                    code: String::new(),
                    severity: miette::Severity::Advice,
                    headline: label.text.clone(),
                    help: None,
                    source: source_lines(label.span, sources),
                    labels: vec![LabeledSpan::new_primary_with_span(None, source_span(label.span))],
                    elsewhere: Vec::new(),
                });
            }
        }
        Self {
            code: diagnostic.code.to_string(),
            severity: match diagnostic.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            headline: diagnostic.headline.clone(),
            help: help(diagnostic),
            source: source_lines(diagnostic.primary.span, sources),
            labels,
            elsewhere,
        }
    }
}

/// Notes, then the way out, then what an editor could do.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let fixes = diagnostic.fixes.iter().map(|fix| match fix.safety {
        Safety::Safe => fix.title.clone(),
        Safety::Suggested => format!("perhaps: {}", fix.title),
    });
    let lines: Vec<String> = diagnostic.notes.iter().cloned().chain(diagnostic.help.clone()).chain(fixes).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn label_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn source_span(span: Span) -> miette::SourceSpan {
    (span.start as usize, span.end.saturating_sub(span.start) as usize).into()
}

fn source_lines(span: Span, sources: &SourceSet) -> SourceLines {
    SourceLines(sources.get(span.file).cloned().unwrap_or_else(|| SourceText::new("", "")))
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(&self.code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        (!self.elsewhere.is_empty())
            .then(|| Box::new(self.elsewhere.iter().map(|shown| shown as &dyn miette::Diagnostic)) as Box<_>)
    }
}
