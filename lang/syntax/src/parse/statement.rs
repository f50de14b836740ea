//! Statements that declare, and the way from any statement's pair to its node.

use pest::iterators::Pair;

use super::build::Builder;
use super::errors;
use super::grammar::{Parts, Rule};
use crate::ast::{
    Argument, Function, LetRelation, LetValue, Parameter, Report, Setting, Source, StatementKind, StepDeclaration,
    Table, TableColumn, TableKey, TypeName, TypeNameKind, Use,
};

impl Builder<'_> {
    pub(super) fn statement(&mut self, pair: Pair<'_, Rule>) -> Option<StatementKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let kind = if rule == Rule::report {
            StatementKind::Report(self.report_statement(&mut parts)?)
        } else if rule == Rule::use_names {
            let names = self.names(&parts.take_all(Rule::name));
            StatementKind::Use(Use { names, path: self.plain_text(parts.take(Rule::text)?)? })
        } else if rule == Rule::source {
            let name = self.name(&parts.take(Rule::name)?);
            StatementKind::Source(Source { name, driver: self.name(&parts.take(Rule::name)?) })
        } else if rule == Rule::table {
            StatementKind::Table(self.table(&mut parts)?)
        } else if rule == Rule::param {
            StatementKind::Param(self.param(&mut parts)?)
        } else if rule == Rule::let_value {
            let name = self.value_name(parts.take(Rule::value)?)?;
            StatementKind::LetValue(LetValue { name, value: self.expr(parts.take(Rule::expr)?)? })
        } else if rule == Rule::let_relation {
            let name = self.name(&parts.take(Rule::name)?);
            let parameters = self.parameters_declared(&mut parts)?;
            let pipeline = self.pipeline(parts.take(Rule::pipeline)?)?;
            StatementKind::LetRelation(LetRelation { name, parameters, pipeline })
        } else if rule == Rule::step_declared {
            let name = self.name(&parts.take(Rule::name)?);
            let parameters = self.parameters_declared(&mut parts)?;
            StatementKind::Step(StepDeclaration { name, parameters, steps: self.steps(parts)? })
        } else if rule == Rule::function {
            StatementKind::Function(self.function(&mut parts)?)
        } else if rule == Rule::expect {
            StatementKind::Expect(self.expect(&mut parts)?)
        } else if rule == Rule::split {
            StatementKind::Split(self.split(&mut parts)?)
        } else if rule == Rule::record {
            StatementKind::Record(self.record(&mut parts)?)
        } else if rule == Rule::export {
            StatementKind::Export(self.export(parts.next()?)?)
        } else if rule == Rule::reveal {
            StatementKind::Reveal(self.reveal(&mut parts)?)
        } else if rule == Rule::test {
            StatementKind::Test(self.test(&mut parts)?)
        } else {
            return None;
        };
        Some(kind)
    }

    fn report_statement(&mut self, parts: &mut Parts<'_>) -> Option<Report> {
        let title = self.plain_text(parts.take(Rule::text)?)?;
        let doc = match parts.take(Rule::text) {
            Some(doc) => Some(self.plain_text(doc)?),
            None => None,
        };
        Some(Report { title, doc, settings: self.settings(parts)? })
    }

    pub(super) fn settings(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Setting>> {
        let Some(pair) = parts.take(Rule::settings) else { return Some(Vec::new()) };
        self.each(Parts::of(pair).take_all(Rule::setting), |this, pair| {
            let range = this.range(&pair);
            let mut parts = Parts::of(pair);
            let name = this.name(&parts.take(Rule::name)?);
            Some(Setting { name, value: this.expr(parts.take(Rule::expr)?)?, range })
        })
    }

    fn table(&mut self, parts: &mut Parts<'_>) -> Option<Table> {
        let (connection, name) = self.dotted(&mut Parts::of(parts.take(Rule::table_name)?))?;
        let arguments = self.arguments_declared(parts)?;
        let key = match parts.take(Rule::table_key) {
            Some(key) => Some(self.table_key(key)?),
            None => None,
        };
        let doc = match parts.take(Rule::text) {
            Some(doc) => Some(self.plain_text(doc)?),
            None => None,
        };
        let columns = Parts::of(parts.take(Rule::table_columns)?).take_all(Rule::table_column);
        Some(Table {
            connection: connection?,
            name,
            arguments,
            key,
            doc,
            columns: self.each(columns, Self::table_column)?,
        })
    }

    pub(super) fn table_key(&mut self, pair: Pair<'_, Rule>) -> Option<TableKey> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let columns = self.names(&parts.take_all(Rule::name));
        let trusted = match parts.take(Rule::trusted) {
            Some(trusted) => {
                let mut parts = Parts::of(trusted);
                Some(self.plain_text(parts.take(Rule::text)?)?)
            }
            None => None,
        };
        Some(TableKey { columns, trusted, range })
    }

    pub(super) fn table_column(&mut self, pair: Pair<'_, Rule>) -> Option<TableColumn> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.take(Rule::name)?);
        let ty = self.type_name(parts.take(Rule::type_name)?)?;
        let mut column = TableColumn { name, ty, entity: None, personal: None, doc: None, range };
        while let Some(part) = parts.next() {
            let place = self.span(self.range(&part));
            if part.as_rule() == Rule::kw_personal {
                let range = self.range(&part);
                if column.personal.replace(range).is_some() {
                    self.report(errors::said_twice(place, "personal"));
                }
            } else if part.as_rule() == Rule::entity {
                let entity = self.name(&Parts::of(part).take(Rule::name)?);
                if column.entity.replace(entity).is_some() {
                    self.report(errors::said_twice(place, "entity"));
                }
            } else {
                column.doc = Some(self.plain_text(part)?);
            }
        }
        Some(column)
    }

    fn arguments_declared(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Argument>> {
        let Some(pair) = parts.take(Rule::arguments_declared) else { return Some(Vec::new()) };
        self.each(Parts::of(pair).take_all(Rule::argument_declared), |this, pair| {
            let range = this.range(&pair);
            let mut parts = Parts::of(pair);
            let name = this.name(&parts.take(Rule::name)?);
            Some(Argument { name, ty: this.type_name(parts.take(Rule::type_name)?)?, range })
        })
    }

    /// What a `let` or a `step` is given; nothing where no parentheses stand.
    pub(super) fn parameters_declared(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Parameter>> {
        let Some(pair) = parts.take(Rule::parameters_declared) else { return Some(Vec::new()) };
        self.each(Parts::of(pair).take_all(Rule::parameter_declared), |this, pair| {
            let range = this.range(&pair);
            let mut parts = Parts::of(pair);
            let name = this.name(&parts.take(Rule::name)?);
            let ty = this.type_name(parts.take(Rule::type_name)?)?;
            let default = match parts.take(Rule::expr) {
                Some(default) => Some(this.expr(default)?),
                None => None,
            };
            Some(Parameter { name, ty, default, range })
        })
    }

    fn function(&mut self, parts: &mut Parts<'_>) -> Option<Function> {
        let name = self.name(&parts.take(Rule::name)?);
        let arguments = self.arguments_declared(parts)?;
        let result = self.type_name(parts.take(Rule::type_name)?)?;
        Some(Function { name, arguments, result, body: self.expr(parts.take(Rule::expr)?)? })
    }

    pub(super) fn type_name(&mut self, pair: Pair<'_, Rule>) -> Option<TypeName> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let kind = self.type_kind(parts.next()?)?;
        Some(TypeName { kind, optional: parts.has(Rule::type_optional), range })
    }

    fn type_kind(&mut self, pair: Pair<'_, Rule>) -> Option<TypeNameKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        if rule == Rule::type_word {
            return Some(self.type_word(&parts.take(Rule::name)?));
        }
        if rule == Rule::type_decimal {
            return Some(TypeNameKind::Decimal(match (parts.take(Rule::digits), parts.take(Rule::digits)) {
                // What no u32 holds is above every limit too, and reported as such.
                (Some(precision), Some(scale)) => {
                    Some((precision.as_str().parse().unwrap_or(u32::MAX), scale.as_str().parse().unwrap_or(u32::MAX)))
                }
                _ => None,
            }));
        }
        if rule == Rule::type_cohort {
            return Some(TypeNameKind::Cohort(self.name(&parts.take(Rule::name)?)));
        }
        let element = parts.take(Rule::type_element)?;
        let range = self.range(&element);
        let kind = self.type_kind(Parts::of(element).next()?)?;
        let element = Box::new(TypeName { kind, optional: false, range });
        Some(if rule == Rule::type_range { TypeNameKind::Range(element) } else { TypeNameKind::List(element) })
    }

    fn type_word(&self, pair: &Pair<'_, Rule>) -> TypeNameKind {
        let name = self.name(pair);
        match name.text.as_str() {
            "int" => TypeNameKind::Int,
            "float" => TypeNameKind::Float,
            "text" => TypeNameKind::Text,
            "bool" => TypeNameKind::Bool,
            "date" => TypeNameKind::Date,
            "datetime" => TypeNameKind::DateTime,
            "time" => TypeNameKind::Time,
            "duration" => TypeNameKind::Duration,
            "uuid" => TypeNameKind::Uuid,
            "percent" => TypeNameKind::Percent,
            "period" => TypeNameKind::Period,
            "choice" => TypeNameKind::Choice,
            "choices" => TypeNameKind::Choices,
            "columns" => TypeNameKind::Columns,
            "file" => TypeNameKind::File,
            _ => TypeNameKind::Unknown(name),
        }
    }
}
