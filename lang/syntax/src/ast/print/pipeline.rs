//! Pipelines and their steps as text.

use super::{Printer, column_name, column_names, declared_column, name, names, qualified, table_column, table_key};
use crate::ast::{
    Assignment, Cardinality, Distinct, FileColumn, GivenArgument, Join, JoinCondition, JoinKind, Measure, Operand,
    Pipeline, RelationName, SelectItem, SortKey, Step, StepKind, UnmatchedRule, Window,
};

impl Printer {
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) {
        for step in &pipeline.steps {
            self.step(step);
        }
    }

    pub(super) fn step(&mut self, step: &Step) {
        let words = match &step.kind {
            StepKind::FromFile(read) => {
                let columns: Vec<String> = read.columns.iter().map(file_column).collect();
                let with = read
                    .settings
                    .iter()
                    .map(|setting| format!(" with {} = {}", name(&setting.name), self.expr(&setting.value)));
                let with: String = with.collect();
                format!("from file(${}) as {{ {} }}{with}", name(&read.file), columns.join(", "))
            }
            StepKind::From(operand) => format!("from {}", self.operand(operand)),
            StepKind::FromQuery(query) => {
                let key = query.key.as_ref().map_or(String::new(), |key| format!(" {}", table_key(key)));
                let columns: Vec<String> = query.columns.iter().map(table_column).collect();
                let text = self.text(&query.text);
                format!("from {}.sql {text} as{key} {{ {} }}", name(&query.connection), columns.join(", "))
            }
            StepKind::Filter(condition) => format!("filter {}", self.expr(condition)),
            StepKind::Select(items) => {
                let items: Vec<String> = items.iter().map(|item| self.select_item(item)).collect();
                format!("select {}", items.join(", "))
            }
            StepKind::Derive(assignments) => {
                let assignments: Vec<String> = assignments.iter().map(|one| self.assignment(one)).collect();
                format!("derive {}", assignments.join(", "))
            }
            StepKind::Drop(columns) => format!("drop {}", column_names(columns)),
            StepKind::Rename(renamings) => {
                let renamings: Vec<String> = renamings
                    .iter()
                    .map(|renaming| format!("{} = {}", name(&renaming.new), column_name(&renaming.old)))
                    .collect();
                format!("rename {}", renamings.join(", "))
            }
            StepKind::Join(join) => self.join(join),
            StepKind::Group(group) => {
                format!("group by {} {{ {} }}", self.measures(&group.keys), self.measures(&group.measures))
            }
            StepKind::Aggregate(measures) => format!("aggregate {{ {} }}", self.measures(measures)),
            StepKind::Sort(keys) => format!("sort {}", self.sort_keys(keys)),
            StepKind::Take(count) => format!("take {}", self.expr(count)),
            StepKind::Distinct(distinct) => self.distinct(distinct),
            StepKind::SetOperation(set) => format!("{} {}", set.kind.word(), self.operand(&set.operand)),
            StepKind::Apply(apply) => {
                format!("apply {}{}", name(&apply.name), self.given_arguments(apply.arguments.as_deref()))
            }
            StepKind::Sample(sample) => {
                let (count, seed) = (self.expr(&sample.count), self.exprs(&sample.seed));
                format!("sample {count} by {} seed {seed}", column_names(&sample.key))
            }
            StepKind::Window(window) => self.window(window),
            StepKind::Pivot(pivot) => {
                let mut values = Vec::new();
                for value in &pivot.values {
                    let words = self.expr(&value.value);
                    values.push(value.name.as_ref().map_or(words.clone(), |new| format!("{words} as {}", name(new))));
                }
                let value = self.expr(&pivot.value);
                format!("pivot {value} by {} in [{}]", column_name(&pivot.column), values.join(", "))
            }
            StepKind::Place(connection) => format!("place {}", name(connection)),
            StepKind::Unpivot(unpivot) => {
                let columns = unpivot.columns.iter().map(|column| {
                    let label = column.label.as_ref().map_or(String::new(), |label| format!(" as {:?}", label.text));
                    column_name(&column.column) + &label
                });
                let columns: Vec<String> = columns.collect();
                let (value, new) = (name(&unpivot.value), name(&unpivot.name));
                format!("unpivot {value} by {new} in [{}]", columns.join(", "))
            }
            StepKind::Error => "error".to_owned(),
        };
        let condition =
            step.condition.as_ref().map_or(String::new(), |condition| format!(" if {}", self.expr(condition)));
        self.line(&format!("{words}{condition}"));
    }

    fn join(&mut self, join: &Join) -> String {
        let mut words = "join".to_owned();
        words.push_str(match join.cardinality {
            Some(Cardinality::One) => " one",
            Some(Cardinality::Many) => " many",
            None => "",
        });
        words.push_str(match join.kind {
            Some(JoinKind::Inner) => " inner",
            Some(JoinKind::Left) => " left",
            Some(JoinKind::Full) => " full",
            Some(JoinKind::Semi) => " semi",
            Some(JoinKind::Anti) => " anti",
            Some(JoinKind::Cross) => " cross",
            None => "",
        });
        words.push_str(&format!(" {}", self.operand(&join.operand)));
        if let Some(alias) = &join.alias {
            words.push_str(&format!(" as {}", name(alias)));
        }
        match &join.condition {
            Some(JoinCondition::Using(columns)) => words.push_str(&format!(" using {}", names(columns))),
            Some(JoinCondition::On(condition)) => words.push_str(&format!(" on {}", self.expr(condition))),
            None => {}
        }
        match join.unmatched.as_ref().map(|clause| &clause.rule) {
            Some(UnmatchedRule::Fail) => words.push_str(" unmatched fail"),
            Some(UnmatchedRule::Drop) => words.push_str(" unmatched drop"),
            Some(UnmatchedRule::AtMost(share)) => words.push_str(&format!(" unmatched <= {}", self.expr(share))),
            None => {}
        }
        words
    }

    fn distinct(&mut self, distinct: &Distinct) -> String {
        let mut words = "distinct".to_owned();
        if !distinct.on.is_empty() {
            words.push_str(&format!(" on {}", column_names(&distinct.on)));
        }
        if !distinct.keep.is_empty() {
            words.push_str(&format!(" keep first by {}", self.sort_keys(&distinct.keep)));
        }
        words
    }

    fn window(&mut self, window: &Window) -> String {
        let mut words = "window".to_owned();
        if !window.by.is_empty() {
            words.push_str(&format!(" by {}", self.exprs(&window.by)));
        }
        if !window.sort.is_empty() {
            words.push_str(&format!(" sort {}", self.sort_keys(&window.sort)));
        }
        let mut items = Vec::new();
        for item in &window.items {
            let end = |end: Option<i64>| end.map_or(String::new(), |end| end.to_string());
            let frame = item.frame.as_ref().map(|frame| format!(" rows {}..{}", end(frame.from), end(frame.to)));
            items.push(self.assignment(&item.assignment) + &frame.unwrap_or_default());
        }
        format!("{words} {{ {} }}", items.join(", "))
    }

    fn select_item(&mut self, item: &SelectItem) -> String {
        let value = self.expr(&item.value);
        item.name.as_ref().map_or(value.clone(), |new| format!("{} = {value}", name(new)))
    }

    fn assignment(&mut self, assignment: &Assignment) -> String {
        let replace = if assignment.replace.is_some() { "replace " } else { "" };
        format!("{replace}{} = {}", name(&assignment.name), self.expr(&assignment.value))
    }

    pub(super) fn measures(&mut self, measures: &[Measure]) -> String {
        let measures: Vec<String> = measures
            .iter()
            .map(|measure| {
                let value = self.expr(&measure.value);
                measure.name.as_ref().map_or(value.clone(), |new| format!("{} = {value}", name(new)))
            })
            .collect();
        measures.join(", ")
    }

    pub(super) fn sort_keys(&mut self, keys: &[SortKey]) -> String {
        let keys: Vec<String> = keys
            .iter()
            .map(|key| format!("{}{}", self.expr(&key.value), if key.descending { " desc" } else { "" }))
            .collect();
        keys.join(", ")
    }

    pub(super) fn operand(&mut self, operand: &Operand) -> String {
        match operand {
            Operand::Named(relation) => self.relation(relation),
            Operand::Pipeline(pipeline) => self.nested(pipeline),
        }
    }

    pub(super) fn relation(&mut self, relation: &RelationName) -> String {
        let words = qualified(relation.qualifier.as_ref(), &relation.name);
        words + &self.given_arguments(relation.arguments.as_deref())
    }

    fn given_arguments(&mut self, given: Option<&[GivenArgument]>) -> String {
        let Some(given) = given else { return String::new() };
        let mut words = Vec::new();
        for argument in given {
            let value = self.expr(&argument.value);
            words.push(argument.name.as_ref().map_or(value.clone(), |new| format!("{} = {value}", name(new))));
        }
        format!("({})", words.join(", "))
    }

    /// A pipeline within a line: its steps with `|` between them.
    pub(super) fn nested(&mut self, pipeline: &Pipeline) -> String {
        let mut inner = Self { out: String::new(), indent: 0 };
        inner.pipeline(pipeline);
        format!("[{}]", inner.out.trim_end().replace('\n', " | "))
    }
}

fn file_column(column: &FileColumn) -> String {
    let heading = column.heading.as_ref().map_or(String::new(), |heading| format!(" as {:?}", heading.text));
    format!("{}{heading}", declared_column(&column.declared))
}
