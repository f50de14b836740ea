//! The cohorts of a connection as people see them: a list to choose from, in a terminal and in a form.

use wr_base::value::{Value, Zone};
use wr_plan::declaration::ParameterKind;
use wr_plan::values::{cohort_id, human};
use wr_runtime::parameters::Question;
use wr_runtime::sources::ListedCohort;

use crate::prompt::{Shown, forget_line};
use crate::render::terminal::Terminal;
use crate::say;

/// The option behind all others: a cohort that was put away is not listed.
pub(crate) const OTHER: &str = "another one: type its id or its address";

pub(crate) const ID_OR_ADDRESS: &str = "its id, or the address of its page in Amplitude";

/// `Opened the app in October · 6050 people · computed 2026-11-23 06:15`
pub(crate) fn words(cohort: &ListedCohort, locale: &str, zone: Zone) -> String {
    let people = cohort.size.map(|size| {
        let people = if size == 1 { "person" } else { "people" };
        format!("{} {people}", human(&Value::Int(size.into()), locale, zone))
    });
    let computed = cohort.last_computed.map(|at| format!("computed {}", human(&Value::DateTime(at), locale, zone)));
    [Some(cohort.name.clone()), people, computed].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What is looked for in the list: of an address, its id.
pub(crate) fn sought(typed: &str) -> String {
    let address = typed.contains('/').then(|| cohort_id(typed)).flatten();
    address.unwrap_or_else(|| typed.to_owned())
}

/// What a person can choose; empty where there is nothing to choose from.
pub(crate) struct Offered {
    pub(crate) shown: Vec<Shown>,
    values: Vec<Value>,
}

impl Offered {
    /// Asks for the list. Without one an id or an address is typed, and the reason is said.
    pub(crate) fn of(question: &Question<'_>, locale: &str, zone: Zone, terminal: Terminal) -> Self {
        if !matches!(question.parameter.kind, ParameterKind::Cohort { .. }) {
            return Self { shown: Vec::new(), values: Vec::new() };
        }
        // A server that is slow is not a program that stands still.
        say::note(&terminal.dim("  asking which cohorts there are"));
        let listed = (question.cohorts)();
        forget_line();
        let listed = listed.unwrap_or_else(|error| {
            let words = format!("  the cohorts cannot be listed, {}: type an id or an address", error.message);
            say::note(&terminal.dim(&words));
            None
        });
        let mut offered = Self { shown: Vec::new(), values: Vec::new() };
        let listed = listed.unwrap_or_default();
        if question.ty.nullable && !listed.is_empty() {
            offered.shown.push(Shown::new("no cohort", "", "no cohort"));
            offered.values.push(Value::Null);
        }
        for cohort in listed {
            // The id tells those of one name apart.
            let shown = format!("{} · {}", words(&cohort, locale, zone), cohort.id);
            offered.shown.push(Shown::new(&shown, &cohort.id, &cohort.name));
            offered.values.push(Value::Text(cohort.id));
        }
        offered
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Where the list begins for who presses nothing but Enter: a default that is not listed is behind the last option.
    pub(crate) fn position(&self, value: &Value) -> usize {
        self.values.iter().position(|other| other == value).unwrap_or(self.values.len())
    }

    pub(crate) fn value(&self, at: usize) -> Option<Value> {
        self.values.get(at).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_alone_never_takes_another_cohort_than_the_default() {
        let values = ["k1a2b3c", "k9z9z9z"].map(|id| Value::Text(id.to_owned()));
        let offered = Offered { shown: Vec::new(), values: values.to_vec() };
        assert_eq!(offered.position(&values[1]), 1);
        // One that was put away is not listed.
        assert_eq!(offered.position(&Value::Text("k0l0d00".to_owned())), 2);
    }

    #[test]
    fn a_pasted_address_looks_for_its_id() {
        assert_eq!(sought("https://app.amplitude.com/analytics/acme/cohort/k1a2b3c?source=x"), "k1a2b3c");
        for typed in ["Active", "a/b test", "https://example.org/cohort/k1a2b3c", ""] {
            assert_eq!(sought(typed), typed);
        }
    }
}
