//! What is said about projects, and about the zones and languages that reports name, too (WR06xx).

use wr_base::diag::{Code, Diagnostic, Edit, Safety};
use wr_base::name::near_misses;
use wr_base::span::Span;

use super::LOCALES;
use crate::relations::{listed, with_near_misses};

pub(super) fn project_unreadable(at: Span, reason: &str) -> Diagnostic {
    let reason = reason.trim_end_matches('.').replace('\n', ", ");
    Diagnostic::new(Code::ProjectUnreadable, format!("`wr.toml` cannot be read: {reason}"), at, "not understood")
        .with_help("`wr.toml` is TOML: `key = \"value\"` on a line of its own, `[connections.name]` above those of a connection")
}

pub(super) fn unknown_key(at: Span, key: &str, inside: Option<&str>, known: &[&str]) -> Diagnostic {
    let headline = format!("`{}` has no key `{key}`", inside.unwrap_or("wr.toml"));
    let diagnostic = Diagnostic::new(Code::ProjectUnknownKey, headline, at, "nobody reads this");
    let diagnostic = with_near_misses(diagnostic, key, known.iter().copied());
    diagnostic.with_help(format!("its keys are {}", listed(known.iter().copied())))
}

pub(super) fn bad_value(at: Span, key: &str, wanted: &str) -> Diagnostic {
    Diagnostic::new(Code::ProjectBadValue, format!("`{key}` is not {wanted}"), at, "not understood")
        .with_help(format!("write {wanted}"))
}

pub(super) fn missing_value(at: Span, whose: &str, key: &str, example: &str) -> Diagnostic {
    Diagnostic::new(Code::ProjectMissingValue, format!("`{whose}` lacks `{key}`"), at, "not complete")
        .with_help(format!("add a line such as `{key} = {example}`"))
}

pub(super) fn written_secret(at: Span, whose: &str, key: &str) -> Diagnostic {
    let headline = format!("`{whose}` has a secret in the file: `{key}`");
    let diagnostic = Diagnostic::new(Code::SecretInProjectFile, headline, at, "its secret is written below");
    let diagnostic = diagnostic.with_note("a file is copied, sent and kept in git with all who can read it");
    if key == "url" {
        return diagnostic.with_help("write the address alone, and `user` and `password` as keys of their own");
    }
    diagnostic.with_help(format!(
        "say where it is: `{key} = {{ env = \"NAME\" }}`, `{{ file = \"…\" }}` or `{{ command = \"…\" }}`; a file that nobody else \
         reads may say `allow_inline_secret = true`"
    ))
}

pub(super) fn unknown_profile(at: Span, profile: &str, known: &[&str]) -> Diagnostic {
    let headline = format!("`wr.toml` has no profile `{profile}`");
    let diagnostic = Diagnostic::new(Code::UnknownProfile, headline, at, "not among these");
    let near = near_misses(profile, known.iter().copied());
    match (near.first(), known) {
        (Some(near), _) => diagnostic.with_help(format!("did you mean `{near}`?")),
        (None, []) => diagnostic.with_help(format!("a profile begins with `[profiles.{profile}.connections.wallet]`")),
        (None, known) => diagnostic.with_help(format!("the profiles are {}", listed(known.iter().copied()))),
    }
}

pub(crate) fn unknown_zone(at: Span, zone: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownZone, format!("there is no zone `{zone}`"), at, "not known");
    let known = wr_base::value::Zone::names();
    let diagnostic = quoted_near_misses(diagnostic, zone, known);
    diagnostic.with_help("zones are named as in the IANA database: \"Europe/Moscow\", \"Asia/Almaty\", \"UTC\"")
}

pub(crate) fn unknown_locale(at: Span, locale: &str) -> Diagnostic {
    let headline = format!("there is no language `{locale}`");
    Diagnostic::new(Code::UnknownLocale, headline, at, "not known")
        .with_help(format!("numbers and dates can be written in {}", listed(LOCALES)))
}

pub(crate) fn unknown_engine(at: Span, word: &str, known: &[&str]) -> Diagnostic {
    let headline = format!("there is no kind of server `{word}`");
    let diagnostic = Diagnostic::new(Code::UnknownEngine, headline, at, "not known");
    diagnostic.with_help(format!("the kinds are {}", listed(known.iter().copied())))
}

/// As [`with_near_misses`], where the name stands in quotes.
fn quoted_near_misses<'a>(
    mut diagnostic: Diagnostic,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let at = diagnostic.primary.span;
    for near in near_misses(name, known) {
        let edit = Edit { span: at, replacement: format!("\"{near}\"") };
        diagnostic = diagnostic.with_fix(format!("write \"{near}\""), vec![edit], Safety::Suggested);
    }
    diagnostic
}
