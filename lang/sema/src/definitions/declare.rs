//! A declaration to what its uses need: types of the parameters, names in sight, and whether the body is sound.

use std::rc::Rc;

use wr_base::ty::Type;
use wr_plan::declaration::{Parameter as PlanParameter, ParameterKind, ValueDeclaration, ValueKind};
use wr_plan::expr::Expr;
use wr_syntax::ast::{self, visit::Visitor};

use super::{Body, Definition, Parameter, errors};
use crate::checker::{Checker, RelationMeaning, Scope};
use crate::params::check_cohort_source;
use crate::relations::{new_step, relation_of, unknown_row};
use crate::resolve::{declare_relation, declare_step, declare_value};
use crate::steps::{Pipe, check_steps};
use crate::types;

/// `let people = from …`, with or without parameters.
pub(crate) fn check_relation(checker: &mut Checker, declared: &ast::LetRelation, range: wr_base::span::TextRange) {
    let name = &declared.name;
    let mut own = OwnName { name: &name.text, found: None };
    own.pipeline(&declared.pipeline);
    if let Some(found) = own.found.filter(|_| !checker.names.relations.contains_key(&name.text)) {
        let at = checker.span(found);
        checker.report(errors::made_of_itself(at, &name.text, "relation"));
        declare_relation(checker, name, None);
    } else if declared.parameters.is_empty() {
        let relation = relation_of(checker, &declared.pipeline, Some(&name.text));
        declare_relation(checker, name, Some(RelationMeaning::Rows(relation)));
    } else {
        let body = Body::Relation(declared.pipeline.clone());
        let definition = define(checker, name, &declared.parameters, body, range);
        declare_relation(checker, name, definition.map(RelationMeaning::WithParameters));
    }
}

/// `step adults(min: int = 18) = …`
pub(crate) fn check_step(checker: &mut Checker, declared: &ast::StepDeclaration, range: wr_base::span::TextRange) {
    let name = &declared.name;
    let mut own = OwnStep { name: &name.text, found: None };
    declared.steps.iter().for_each(|step| own.step(step));
    if let Some(found) = own.found.filter(|_| !checker.names.steps.contains_key(&name.text)) {
        let at = checker.span(found);
        checker.report(errors::made_of_itself(at, &name.text, "step"));
        declare_step(checker, name, None);
        return;
    }
    let definition = define(checker, name, &declared.parameters, Body::Steps(declared.steps.clone()), range);
    declare_step(checker, name, definition);
}

/// `None`: something is wrong with it, and was said.
fn define(
    checker: &mut Checker,
    name: &ast::Name,
    declared: &[ast::Parameter],
    body: Body,
    range: wr_base::span::TextRange,
) -> Option<Rc<Definition>> {
    let said_before = std::mem::take(&mut checker.diagnostics);
    let parameters: Vec<Parameter> = declared.iter().map(|one| parameter(checker, one)).collect();
    let names_before = checker.names.clone();
    let made_before = checker.made_so_far();
    for (parameter, written) in parameters.iter().zip(declared) {
        let step = new_step(checker, written.range, "let");
        let kind = match &parameter.cohort_of {
            Some(connection) => ParameterKind::Cohort { connection: connection.clone() },
            None => ParameterKind::Plain,
        };
        let value = checker.values.add(ValueDeclaration {
            name: parameter.name.clone(),
            ty: parameter.ty.clone(),
            kind: ValueKind::Parameter(Box::new(PlanParameter {
                label: parameter.name.clone(),
                help: String::new(),
                kind,
                default: None,
                pattern: None,
                checks: Vec::new(),
            })),
            step,
        });
        let meaning = (!parameter.ty.is_error()).then_some(value);
        declare_value(checker, &written.name, meaning);
    }
    match &body {
        Body::Relation(pipeline) => drop(relation_of(checker, pipeline, Some(&name.text))),
        // Of the rows nothing is known: what they lack is said where the step is applied.
        Body::Steps(steps) => drop(check_steps(checker, &mut Pipe::new(unknown_row(), None), steps)),
    }
    let size = checker.forget_since(made_before);
    let names = std::mem::replace(&mut checker.names, names_before);
    let said = std::mem::replace(&mut checker.diagnostics, said_before);
    let is_broken = said.has_errors();
    let told = said.iter().map(|diagnostic| (diagnostic.code, diagnostic.primary.span)).collect();
    checker.diagnostics.extend(said);
    if is_broken {
        return None;
    }
    Some(Rc::new(Definition {
        name: name.text.clone(),
        span: checker.span(name.range),
        statement: checker.span(range),
        body,
        parameters,
        names,
        place: checker.place,
        told,
        size,
    }))
}

fn parameter(checker: &mut Checker, written: &ast::Parameter) -> Parameter {
    let ty = types::resolve_type(checker, &written.ty);
    let cohort_of = if let ast::TypeNameKind::Cohort(connection) = &written.ty.kind {
        check_cohort_source(checker, connection);
        Some(connection.text.clone())
    } else {
        None
    };
    let default = written.default.as_ref().map(|default| default_of(checker, default, &ty));
    Parameter {
        name: written.name.text.clone(),
        span: checker.span(written.name.range),
        words: checker.words(written.range),
        ty,
        cohort_of,
        default,
    }
}

fn default_of(checker: &mut Checker, written: &ast::Expr, ty: &Type) -> Expr {
    types::type_expr_as(checker, &Scope::values("a default"), written, ty)
}

/// Whether a relation reads itself. Through others it cannot: they stand above, and see only what is above them.
struct OwnName<'a> {
    name: &'a str,
    found: Option<wr_base::span::TextRange>,
}

impl<'a> Visitor<'a> for OwnName<'_> {
    fn relation(&mut self, relation: &'a ast::RelationName) {
        if relation.qualifier.is_none() && relation.name.text == self.name {
            self.found.get_or_insert(relation.name.range);
        }
        ast::visit::walk_relation(self, relation);
    }
}

struct OwnStep<'a> {
    name: &'a str,
    found: Option<wr_base::span::TextRange>,
}

impl<'a> Visitor<'a> for OwnStep<'_> {
    fn step(&mut self, step: &'a ast::Step) {
        if let ast::StepKind::Apply(apply) = &step.kind
            && apply.name.text == self.name
        {
            self.found.get_or_insert(apply.name.range);
        }
        ast::visit::walk_step(self, step);
    }
}
