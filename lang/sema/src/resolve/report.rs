//! `report "…" "…" with zone = "…", locale = "…", max_rows_read = …`: what a report is called, when its days begin (B19),
//! and how much it may read.

use wr_base::span::Span;
use wr_base::value::Zone;
use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;
use crate::project::{self, LOCALES};

const SETTINGS: [&str; 3] = ["zone", "locale", "max_rows_read"];

pub(super) fn check(checker: &mut Checker, report: &ast::Report, first: &mut Option<Span>) {
    let at = checker.span(report.title.range);
    if let Some(first) = *first {
        checker.report(errors::second_report(at, first));
        return;
    }
    *first = Some(at);
    checker.report.title.clone_from(&report.title.text);
    if let Some(doc) = &report.doc {
        checker.report.doc.clone_from(&doc.text);
    }
    let mut seen: Vec<&ast::Name> = Vec::new();
    for setting in &report.settings {
        let name = &setting.name;
        let name_at = checker.span(name.range);
        if let Some(first) = seen.iter().find(|first| first.text == name.text) {
            let first_at = checker.span(first.range);
            checker.report(errors::duplicate_name(name_at, first_at, &name.text));
            continue;
        }
        seen.push(name);
        let value_at = checker.span(setting.value.range);
        match name.text.as_str() {
            "zone" => {
                let Some(text) = plain_text(checker, setting) else { continue };
                match Zone::parse(&text) {
                    Some(zone) => checker.report.zone = zone,
                    None => checker.report(project::errors::unknown_zone(value_at, &text)),
                }
            }
            "locale" => {
                let Some(text) = plain_text(checker, setting) else { continue };
                if LOCALES.contains(&text.as_str()) {
                    checker.report.locale = text;
                } else {
                    checker.report(project::errors::unknown_locale(value_at, &text));
                }
            }
            "max_rows_read" => {
                if let ast::ExprKind::Literal(ast::Literal::Int(rows @ 1..)) = &setting.value.kind {
                    // More than a u64 no source has.
                    checker.report.max_rows_read = Some(u64::try_from(*rows).unwrap_or(u64::MAX));
                } else if !matches!(setting.value.kind, ast::ExprKind::Error) {
                    checker.report(errors::setting_is_no_number_of_rows(value_at, &name.text));
                }
            }
            other => checker.report(errors::unknown_setting(name_at, "report", other, &SETTINGS)),
        }
    }
}

/// The text of a setting that is one, without holes.
fn plain_text(checker: &mut Checker, setting: &ast::Setting) -> Option<String> {
    if let ast::ExprKind::Text(text) = &setting.value.kind {
        match text.parts.as_slice() {
            [] => return Some(String::new()),
            [ast::TextPart::Words(words)] => return Some(words.clone()),
            _ => {}
        }
    }
    if !matches!(setting.value.kind, ast::ExprKind::Error) {
        let at = checker.span(setting.value.range);
        checker.report(errors::setting_is_no_text(at, &setting.name.text));
    }
    None
}
