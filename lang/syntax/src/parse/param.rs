//! Parameters: their clauses in any order, each at most once.

use pest::iterators::Pair;

use super::build::Builder;
use super::errors;
use super::grammar::{Parts, Rule};
use crate::ast::{Param, ParamCondition, ParamDefault, ParamOption, Pipeline};

impl Builder<'_> {
    pub(super) fn param(&mut self, parts: &mut Parts<'_>) -> Option<Param> {
        let name = self.name(&parts.take(Rule::name)?);
        let ty = self.type_name(parts.take(Rule::type_name)?)?;
        let mut param = Param {
            name,
            ty,
            default: None,
            query: None,
            label: None,
            help: None,
            matches: None,
            condition: None,
            options: Vec::new(),
        };
        while let Some(clause) = parts.next() {
            self.clause(&mut param, clause)?;
        }
        Some(param)
    }

    fn clause(&mut self, param: &mut Param, clause: Pair<'_, Rule>) -> Option<()> {
        let range = self.range(&clause);
        let rule = clause.as_rule();
        if rule == Rule::query {
            let query = self.query(clause)?;
            let twice = param.query.replace(query).is_some();
            self.at_most_once(twice, range, "from");
            return Some(());
        }
        let mut parts = Parts::of(clause);
        let (twice, word) = if rule == Rule::default {
            let default = self.default(param, parts)?;
            (param.default.replace(default).is_some(), "=")
        } else if rule == Rule::label {
            (param.label.replace(self.plain_text(parts.take(Rule::text)?)?).is_some(), "label")
        } else if rule == Rule::help {
            (param.help.replace(self.plain_text(parts.take(Rule::text)?)?).is_some(), "help")
        } else if rule == Rule::matches {
            (param.matches.replace(self.pattern(&parts.take(Rule::pattern)?)?).is_some(), "matches")
        } else if rule == Rule::where_clause {
            let condition = self.expr(parts.take(Rule::expr)?)?;
            let message = match parts.take(Rule::text) {
                Some(text) => Some(self.text(text)?),
                None => None,
            };
            (param.condition.replace(ParamCondition { condition, message, range }).is_some(), "where")
        } else if rule == Rule::options {
            param.options = self.each(parts.take_all(Rule::option), Self::option)?;
            (false, "")
        } else {
            return None;
        };
        self.at_most_once(twice, range, word);
        Some(())
    }

    fn at_most_once(&mut self, twice: bool, range: wr_base::span::TextRange, word: &str) {
        if twice {
            self.report(errors::said_twice(self.span(range), word));
        }
    }

    fn default(&mut self, param: &mut Param, mut parts: Parts<'_>) -> Option<ParamDefault> {
        let default = if let Some(all) = parts.take(Rule::kw_all) {
            ParamDefault::All(self.range(&all))
        } else if let Some(first) = parts.take(Rule::first_of) {
            let whole = self.range(&first);
            param.query = Some(self.query(Parts::of(first).take(Rule::query)?)?);
            let word = "first".len() as u32;
            ParamDefault::First(wr_base::span::TextRange::new(whole.start, whole.start + word))
        } else {
            ParamDefault::Value(self.expr(parts.take(Rule::expr)?)?)
        };
        if let Some(query) = parts.take(Rule::query) {
            param.query = Some(self.query(query)?);
        }
        Some(default)
    }

    fn query(&mut self, pair: Pair<'_, Rule>) -> Option<Pipeline> {
        self.pipeline(Parts::of(pair).take(Rule::pipeline)?)
    }

    fn option(&mut self, pair: Pair<'_, Rule>) -> Option<ParamOption> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let value = self.expr(parts.take(Rule::expr)?)?;
        let label = match parts.take(Rule::text) {
            Some(label) => Some(self.plain_text(label)?),
            None => None,
        };
        let meaning = match parts.take(Rule::expr) {
            Some(meaning) => Some(self.expr(meaning)?),
            None => None,
        };
        Some(ParamOption { value, label, meaning, range })
    }
}
