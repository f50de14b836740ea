//! Tests: what is given, what is expected.

use pest::iterators::Pair;

use super::build::Builder;
use super::grammar::{Parts, Rule};
use crate::ast::{Expected, ExpectedOf, ExpectedRows, Given, GivenKind, Row, RowHeading, Rows, Test};

impl Builder<'_> {
    pub(super) fn test(&mut self, parts: &mut Parts<'_>) -> Option<Test> {
        let title = self.plain_text(parts.take(Rule::text)?)?;
        let given = match parts.take(Rule::givens) {
            Some(givens) => self.each(Parts::of(givens).take_all(Rule::given), Self::given)?,
            None => Vec::new(),
        };
        Some(Test { title, given, expected: self.expected(parts.take(Rule::expected)?)? })
    }

    fn given(&mut self, pair: Pair<'_, Rule>) -> Option<Given> {
        let range = self.range(&pair);
        let inner = Parts::of(pair).next()?;
        let rule = inner.as_rule();
        let mut parts = Parts::of(inner);
        let kind = if rule == Rule::given_now {
            GivenKind::Now(self.expr(parts.take(Rule::expr)?)?)
        } else if rule == Rule::given_file {
            let name = self.value_name(parts.take(Rule::value)?)?;
            GivenKind::File { name, rows: self.rows(parts.take(Rule::rows)?)? }
        } else if rule == Rule::given_value {
            let name = self.value_name(parts.take(Rule::value)?)?;
            GivenKind::Value { name, value: self.expr(parts.take(Rule::expr)?)? }
        } else {
            let table = self.relation(parts.take(Rule::relation)?)?;
            GivenKind::Table { table, rows: self.rows(parts.take(Rule::rows)?)? }
        };
        Some(Given { kind, range })
    }

    fn rows(&mut self, pair: Pair<'_, Rule>) -> Option<Rows> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let headings = self.each(parts.take_all(Rule::row_heading), |this, pair| {
            let mut parts = Parts::of(pair);
            Some(match parts.take(Rule::name) {
                Some(name) => RowHeading::Name(this.name(&name)),
                None => RowHeading::Text(this.plain_text(parts.take(Rule::text)?)?),
            })
        })?;
        let rows = self.each(parts.take_all(Rule::row), |this, pair| {
            let range = this.range(&pair);
            Some(Row { cells: this.exprs(Parts::of(pair).take_all(Rule::expr))?, range })
        })?;
        Some(Rows { headings, rows, range })
    }

    fn expected(&mut self, pair: Pair<'_, Rule>) -> Option<Expected> {
        let inner = Parts::of(pair).next()?;
        let rule = inner.as_rule();
        let mut parts = Parts::of(inner);
        Some(if rule == Rule::expected_fail && parts.has(Rule::kw_fail) {
            Expected::Fail(self.name(&parts.take(Rule::name)?))
        } else if rule == Rule::expected_broken {
            Expected::Broken(self.plain_text(parts.take(Rule::text)?)?)
        } else if rule == Rule::expected_refused {
            Expected::Refused(self.value_name(parts.take(Rule::value)?)?)
        } else {
            Expected::Rows(self.each(parts.take_all(Rule::expected_rows), Self::expected_rows)?)
        })
    }

    fn expected_rows(&mut self, pair: Pair<'_, Rule>) -> Option<ExpectedRows> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let of = match parts.take(Rule::expected_file) {
            Some(file) => {
                let mut parts = Parts::of(file);
                let name = self.plain_text(parts.take(Rule::text)?)?;
                let sheet = match parts.take(Rule::text) {
                    Some(sheet) => Some(self.plain_text(sheet)?),
                    None => None,
                };
                ExpectedOf::File { name, sheet }
            }
            None => ExpectedOf::Relation(self.operand(parts.take(Rule::operand)?)?),
        };
        Some(ExpectedRows { of, rows: self.rows(parts.take(Rule::rows)?)?, range })
    }
}
