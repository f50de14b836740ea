//! The one way over a tree: a [`Visitor`] overrides what it looks at, and calls the `walk_…` of the same name to go on.
//!
//! Every expression, name of a relation, step and pipeline of a statement is met exactly once, in the order of the text
//! as far as the grammar fixes one.

use super::{
    Expected, ExpectedOf, ExportContent, Expr, ExprKind, GivenArgument, GivenKind, Heading, JoinCondition, Measure,
    Operand, OutputColumn, ParamDefault, Parameter, Pipeline, RelationName, Rows, Setting, Share, SortKey, Statement,
    StatementKind, Step, StepKind, Test, Text, TextPart, UnmatchedRule,
};

pub trait Visitor<'a>: Sized {
    fn statement(&mut self, statement: &'a Statement) {
        walk_statement(self, statement);
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline) {
        walk_pipeline(self, pipeline);
    }

    fn step(&mut self, step: &'a Step) {
        walk_step(self, step);
    }

    fn relation(&mut self, relation: &'a RelationName) {
        walk_relation(self, relation);
    }

    fn expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }

    fn text(&mut self, text: &'a Text) {
        walk_text(self, text);
    }
}

pub fn walk_statement<'a, V: Visitor<'a>>(visitor: &mut V, statement: &'a Statement) {
    match &statement.kind {
        StatementKind::Report(report) => settings(visitor, &report.settings),
        StatementKind::Param(param) => {
            if let Some(ParamDefault::Value(value)) = &param.default {
                visitor.expr(value);
            }
            if let Some(query) = &param.query {
                visitor.pipeline(query);
            }
            if let Some(condition) = &param.condition {
                visitor.expr(&condition.condition);
                texts(visitor, condition.message.as_ref());
            }
            for option in &param.options {
                visitor.expr(&option.value);
                exprs(visitor, option.meaning.as_ref());
            }
        }
        StatementKind::LetRelation(relation) => {
            parameters(visitor, &relation.parameters);
            visitor.pipeline(&relation.pipeline);
        }
        StatementKind::Step(declared) => {
            parameters(visitor, &declared.parameters);
            for step in &declared.steps {
                visitor.step(step);
            }
        }
        StatementKind::LetValue(value) => visitor.expr(&value.value),
        StatementKind::Function(function) => visitor.expr(&function.body),
        StatementKind::Expect(expect) => {
            visitor.expr(&expect.condition);
            texts(visitor, expect.message.as_ref());
        }
        StatementKind::Split(split) => {
            exprs(visitor, &split.seed);
            for branch in &split.branches {
                if let Share::Of(share) = &branch.share {
                    visitor.expr(share);
                }
            }
        }
        StatementKind::Record(record) => {
            visitor.relation(&record.relation);
            visitor.relation(&record.table);
            exprs(visitor, record.columns.iter().filter_map(|column| column.value.as_ref()));
        }
        StatementKind::Export(export) => {
            if let ExportContent::Relation { relation, .. } = &export.content {
                visitor.relation(relation);
            }
            visitor.text(&export.file);
            settings(visitor, &export.settings);
            match &export.content {
                ExportContent::Relation { columns, .. } => output_columns(visitor, columns.as_deref()),
                ExportContent::Sheets(sheets) => {
                    for sheet in sheets {
                        visitor.relation(&sheet.relation);
                        output_columns(visitor, sheet.columns.as_deref());
                    }
                }
            }
        }
        StatementKind::Reveal(reveal) => visitor.relation(&reveal.relation),
        StatementKind::Test(test) => walk_test(visitor, test),
        StatementKind::Use(_) | StatementKind::Source(_) | StatementKind::Table(_) | StatementKind::Error(_) => {}
    }
}

fn walk_test<'a, V: Visitor<'a>>(visitor: &mut V, test: &'a Test) {
    let cells = |rows: &'a Rows| rows.rows.iter().flat_map(|row| &row.cells);
    for given in &test.given {
        match &given.kind {
            GivenKind::Table { table, rows } => {
                visitor.relation(table);
                exprs(visitor, cells(rows));
            }
            GivenKind::File { rows, .. } => exprs(visitor, cells(rows)),
            GivenKind::Value { value, .. } | GivenKind::Now(value) => visitor.expr(value),
        }
    }
    if let Expected::Rows(expected) = &test.expected {
        for one in expected {
            if let ExpectedOf::Relation(operand) = &one.of {
                walk_operand(visitor, operand);
            }
            exprs(visitor, cells(&one.rows));
        }
    }
}

pub fn walk_pipeline<'a, V: Visitor<'a>>(visitor: &mut V, pipeline: &'a Pipeline) {
    for step in &pipeline.steps {
        visitor.step(step);
    }
}

pub fn walk_step<'a, V: Visitor<'a>>(visitor: &mut V, step: &'a Step) {
    match &step.kind {
        StepKind::From(operand) => walk_operand(visitor, operand),
        StepKind::FromQuery(query) => visitor.text(&query.text),
        StepKind::FromFile(read) => settings(visitor, &read.settings),
        StepKind::Sample(sample) => {
            visitor.expr(&sample.count);
            exprs(visitor, &sample.seed);
        }
        StepKind::Window(window) => {
            exprs(visitor, &window.by);
            sort_keys(visitor, &window.sort);
            exprs(visitor, window.items.iter().map(|item| &item.assignment.value));
        }
        StepKind::SetOperation(set) => walk_operand(visitor, &set.operand),
        StepKind::Apply(apply) => given_arguments(visitor, apply.arguments.as_deref()),
        StepKind::Filter(expr) | StepKind::Take(expr) => visitor.expr(expr),
        StepKind::Select(items) => exprs(visitor, items.iter().map(|item| &item.value)),
        StepKind::Derive(assignments) => exprs(visitor, assignments.iter().map(|assignment| &assignment.value)),
        StepKind::Join(join) => {
            walk_operand(visitor, &join.operand);
            if let Some(JoinCondition::On(condition)) = &join.condition {
                visitor.expr(condition);
            }
            if let Some(UnmatchedRule::AtMost(share)) = join.unmatched.as_ref().map(|clause| &clause.rule) {
                visitor.expr(share);
            }
        }
        StepKind::Group(group) => {
            measures(visitor, &group.keys);
            measures(visitor, &group.measures);
        }
        StepKind::Aggregate(list) => measures(visitor, list),
        StepKind::Sort(keys) => sort_keys(visitor, keys),
        StepKind::Distinct(distinct) => sort_keys(visitor, &distinct.keep),
        StepKind::Pivot(pivot) => {
            visitor.expr(&pivot.value);
            exprs(visitor, pivot.values.iter().map(|value| &value.value));
        }
        StepKind::Drop(_) | StepKind::Rename(_) | StepKind::Unpivot(_) | StepKind::Place(_) | StepKind::Error => {}
    }
    exprs(visitor, step.condition.as_ref());
}

pub fn walk_operand<'a, V: Visitor<'a>>(visitor: &mut V, operand: &'a Operand) {
    match operand {
        Operand::Named(relation) => visitor.relation(relation),
        Operand::Pipeline(pipeline) => visitor.pipeline(pipeline),
    }
}

pub fn walk_relation<'a, V: Visitor<'a>>(visitor: &mut V, relation: &'a RelationName) {
    given_arguments(visitor, relation.arguments.as_deref());
}

pub fn walk_expr<'a, V: Visitor<'a>>(visitor: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::Text(text) => visitor.text(text),
        ExprKind::Call(call) => {
            exprs(visitor, &call.arguments);
            sort_keys(visitor, &call.order);
        }
        ExprKind::List(items) => exprs(visitor, items),
        ExprKind::Range { from, to } => exprs(visitor, from.iter().chain(to).map(Box::as_ref)),
        ExprKind::Unary { operand, .. } => visitor.expr(operand),
        ExprKind::Binary { left, right, .. } => {
            visitor.expr(left);
            visitor.expr(right);
        }
        ExprKind::When { arms, otherwise } => {
            for arm in arms {
                visitor.expr(&arm.condition);
                visitor.expr(&arm.value);
            }
            visitor.expr(otherwise);
        }
        ExprKind::Relation(pipeline) => visitor.pipeline(pipeline),
        ExprKind::Literal(_)
        | ExprKind::Pattern(_)
        | ExprKind::Value(_)
        | ExprKind::Name(_)
        | ExprKind::Qualified { .. }
        | ExprKind::FileColumn { .. }
        | ExprKind::Period(_)
        | ExprKind::Error => {}
    }
}

pub fn walk_text<'a, V: Visitor<'a>>(visitor: &mut V, text: &'a Text) {
    for part in &text.parts {
        if let TextPart::Hole(hole) = part {
            visitor.expr(hole);
        }
    }
}

fn exprs<'a, V: Visitor<'a>>(visitor: &mut V, exprs: impl IntoIterator<Item = &'a Expr>) {
    for expr in exprs {
        visitor.expr(expr);
    }
}

fn given_arguments<'a, V: Visitor<'a>>(visitor: &mut V, arguments: Option<&'a [GivenArgument]>) {
    exprs(visitor, arguments.unwrap_or_default().iter().map(|argument| &argument.value));
}

fn parameters<'a, V: Visitor<'a>>(visitor: &mut V, parameters: &'a [Parameter]) {
    exprs(visitor, parameters.iter().filter_map(|parameter| parameter.default.as_ref()));
}

fn texts<'a, V: Visitor<'a>>(visitor: &mut V, texts: impl IntoIterator<Item = &'a Text>) {
    for text in texts {
        visitor.text(text);
    }
}

fn settings<'a, V: Visitor<'a>>(visitor: &mut V, settings: &'a [Setting]) {
    exprs(visitor, settings.iter().map(|setting| &setting.value));
}

fn measures<'a, V: Visitor<'a>>(visitor: &mut V, measures: &'a [Measure]) {
    exprs(visitor, measures.iter().map(|measure| &measure.value));
}

fn sort_keys<'a, V: Visitor<'a>>(visitor: &mut V, keys: &'a [SortKey]) {
    exprs(visitor, keys.iter().map(|key| &key.value));
}

fn output_columns<'a, V: Visitor<'a>>(visitor: &mut V, columns: Option<&'a [OutputColumn]>) {
    for column in columns.unwrap_or_default() {
        visitor.expr(&column.value);
        if let Some(Heading::Text(text)) = &column.heading {
            visitor.text(text);
        }
    }
}
