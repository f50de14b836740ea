//! Pipelines and steps: one step on a line.

use wr_base::span::TextRange;

use super::{BLOCK, BRACKETS, Doc, Formatter, name};
use crate::ast::{
    Assignment, Cardinality, ColumnName, FileColumn, FileRead, Join, JoinCondition, JoinKind, Measure, Operand,
    Pipeline, Pivot, SelectItem, SortKey, SqlQuery, Step, StepKind, UnmatchedRule, Unpivot, Window,
};

impl Formatter<'_> {
    /// The steps of a `let`, each on a line of its own; a `from` alone stays beside the `=`.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) -> Vec<Doc> {
        if let [only] = pipeline.steps.as_slice()
            && matches!(&only.kind, StepKind::From(Operand::Named(_)) | StepKind::FromFile(_))
        {
            let mut docs = vec![Doc::words(" ")];
            docs.extend(self.step(only));
            return docs;
        }
        let mut inner = Vec::new();
        for (at, step) in pipeline.steps.iter().enumerate() {
            self.comments.before(&mut inner, step.range.start, None, at == 0);
            inner.extend(self.step(step));
            self.comments.last_end = self.comments.last_end.max(step.range.end);
        }
        vec![Doc::Indent(inner)]
    }

    /// The steps of a `step`: one alone stays beside the `=` if it fits, more are a line each.
    pub(super) fn steps_of_own(&mut self, steps: &[Step]) -> Vec<Doc> {
        let mut inner = Vec::new();
        let line = if steps.len() == 1 { Some(" ") } else { None };
        for (at, step) in steps.iter().enumerate() {
            self.comments.before(&mut inner, step.range.start, line, at == 0);
            inner.extend(self.step(step));
            self.comments.last_end = self.comments.last_end.max(step.range.end);
        }
        vec![Doc::Group(vec![Doc::Indent(inner)])]
    }

    pub(super) fn step(&mut self, step: &Step) -> Vec<Doc> {
        let start = step.range.start;
        let mut docs = match &step.kind {
            StepKind::FromFile(read) => self.file_read(read),
            StepKind::From(operand) => self.after("from ", |this| this.operand(operand)),
            StepKind::FromQuery(query) => self.sql_query(query, step),
            StepKind::Filter(condition) => self.after("filter ", |this| this.expr(condition)),
            StepKind::Select(items) => {
                vec![self.keyword_list("select", start, items, |item| item.range, Self::select_item)]
            }
            StepKind::Derive(assignments) => {
                vec![self.keyword_list("derive", start, assignments, |one| one.range, Self::assignment)]
            }
            StepKind::Drop(columns) => {
                vec![self.keyword_list(
                    "drop",
                    start,
                    columns,
                    |column| column.range,
                    |_, column| vec![column_name(column)],
                )]
            }
            StepKind::Rename(renamings) => {
                vec![self.keyword_list(
                    "rename",
                    start,
                    renamings,
                    |one| one.range,
                    |_, one| vec![Doc::words(format!("{} = ", name(&one.new))), column_name(&one.old)],
                )]
            }
            StepKind::Join(join) => self.join(join),
            StepKind::Group(group) => {
                let first = group.keys.first().map_or(start, |key| key.range.start);
                let keys = self.keyword_list("group by", first, &group.keys, |key| key.range, Self::measure);
                let after = group.keys.last().map_or(start, |key| key.range.end);
                vec![keys, Doc::words(" "), self.measures(&group.measures, after, step)]
            }
            StepKind::Aggregate(measures) => vec![Doc::words("aggregate "), self.measures(measures, start, step)],
            StepKind::Sort(keys) => vec![self.keyword_list("sort", start, keys, |key| key.range, Self::sort_key)],
            StepKind::Take(count) => self.after("take ", |this| this.expr(count)),
            StepKind::Distinct(distinct) => {
                let mut docs = vec![Doc::words("distinct")];
                if !distinct.on.is_empty() {
                    let columns: Vec<String> = distinct.on.iter().map(dotted).collect();
                    docs.push(Doc::words(format!(" on {}", columns.join(", "))));
                }
                if !distinct.keep.is_empty() {
                    docs.push(Doc::words(" "));
                    let first = distinct.keep.first().map_or(start, |key| key.range.start);
                    docs.push(self.keyword_list(
                        "keep first by",
                        first,
                        &distinct.keep,
                        |key| key.range,
                        Self::sort_key,
                    ));
                }
                docs
            }
            StepKind::SetOperation(set) => {
                self.after(&format!("{} ", set.kind.word()), |this| this.operand(&set.operand))
            }
            StepKind::Apply(apply) => {
                let mut docs = vec![Doc::words(format!("apply {}", name(&apply.name)))];
                docs.extend(self.given_arguments(apply.arguments.as_deref(), apply.name.range.end, apply.range.end));
                docs
            }
            StepKind::Sample(sample) => {
                let mut docs = self.after("sample ", |this| this.expr(&sample.count));
                let key: Vec<String> = sample.key.iter().map(dotted).collect();
                docs.push(Doc::words(format!(" by {} ", key.join(", "))));
                let first = sample.seed.first().map_or(start, |part| part.range.start);
                docs.push(self.keyword_list("seed", first, &sample.seed, |part| part.range, Self::expr));
                docs
            }
            StepKind::Window(window) => self.window(window, step),
            StepKind::Pivot(pivot) => self.pivot(pivot, step),
            StepKind::Place(connection) => vec![Doc::words(format!("place {}", name(connection)))],
            StepKind::Unpivot(unpivot) => self.unpivot(unpivot, step),
            StepKind::Error => vec![self.slice(step.range)],
        };
        if let Some(condition) = &step.condition {
            docs.push(Doc::words(" if "));
            docs.extend(self.expr(condition));
        }
        docs
    }

    fn sql_query(&mut self, query: &SqlQuery, step: &Step) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("from {}.sql ", name(&query.connection))), self.text(&query.text)];
        let mut after = query.text.range.end;
        docs.push(Doc::words(" as "));
        if let Some(key) = &query.key {
            docs.extend(self.table_key(key));
            docs.push(Doc::words(" "));
            after = key.range.end;
        }
        let ends = (query.columns.first().map(|first| first.range), query.columns.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, step.range.end);
        docs.push(self.members(&BLOCK, open, close, &query.columns, |column| column.range, Self::table_column));
        docs
    }

    fn after(&mut self, words: &str, print: impl FnOnce(&mut Self) -> Vec<Doc>) -> Vec<Doc> {
        let mut docs = vec![Doc::words(words)];
        docs.extend(print(self));
        docs
    }

    /// `select a, b`: the word with its elements, all on one line or each on its own.
    pub(super) fn keyword_list<T>(
        &mut self,
        words: &str,
        start: u32,
        elements: &[T],
        place: impl Fn(&T) -> TextRange,
        print: impl FnMut(&mut Self, &T) -> Vec<Doc>,
    ) -> Doc {
        self.comments.last_end = self.comments.last_end.max(start);
        let list = self.list(elements, place, print);
        Doc::Group(vec![Doc::words(words), list])
    }

    pub(super) fn operand(&mut self, operand: &Operand) -> Vec<Doc> {
        match operand {
            Operand::Named(relation) => self.relation(relation),
            Operand::Pipeline(pipeline) => {
                let mut docs = vec![Doc::words("(")];
                docs.extend(self.inline_pipeline(pipeline));
                docs.push(Doc::words(")"));
                docs
            }
        }
    }

    fn file_read(&mut self, read: &FileRead) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("from file(${}) as ", name(&read.file)))];
        let end = read.settings.first().map_or(read.range.end, |first| first.range.start);
        let ends = (
            read.columns.first().map(|first| first.declared.range),
            read.columns.last().map(|last| last.declared.range),
        );
        let (open, close) = self.braces(read.file_range.end, ends, end);
        docs.push(self.members(&BLOCK, open, close, &read.columns, |column| column.declared.range, Self::file_column));
        docs.extend(self.settings(&read.settings));
        docs
    }

    fn file_column(&mut self, column: &FileColumn) -> Vec<Doc> {
        let mut docs = self.table_column(&column.declared);
        if let Some(heading) = &column.heading {
            docs.push(Doc::words(" as "));
            docs.push(self.plain_text(heading));
        }
        docs
    }

    fn select_item(&mut self, item: &SelectItem) -> Vec<Doc> {
        let Some(new) = &item.name else { return self.expr(&item.value) };
        let mut docs = self.expr(&item.value);
        // The author's choice stays: `as` reads well after a column, `=` before a computation.
        if new.range.start < item.value.range.start {
            docs.insert(0, Doc::words(format!("{} = ", name(new))));
        } else {
            docs.push(Doc::words(format!(" as {}", name(new))));
        }
        docs
    }

    fn assignment(&mut self, assignment: &Assignment) -> Vec<Doc> {
        let replace = if assignment.replace.is_some() { "replace " } else { "" };
        let mut docs = vec![Doc::words(format!("{replace}{} = ", name(&assignment.name)))];
        docs.extend(self.expr(&assignment.value));
        docs
    }

    fn measure(&mut self, measure: &Measure) -> Vec<Doc> {
        let mut docs = Vec::new();
        if let Some(new) = &measure.name {
            docs.push(Doc::words(format!("{} = ", name(new))));
        }
        docs.extend(self.expr(&measure.value));
        docs
    }

    fn window(&mut self, window: &Window, step: &Step) -> Vec<Doc> {
        let mut docs = vec![Doc::words("window ")];
        let mut after = step.range.start;
        if let Some(first) = window.by.first() {
            docs.push(self.keyword_list("by", first.range.start, &window.by, |key| key.range, Self::expr));
            docs.push(Doc::words(" "));
            after = window.by.last().map_or(after, |last| last.range.end);
        }
        if let Some(first) = window.sort.first() {
            docs.push(self.keyword_list("sort", first.range.start, &window.sort, |key| key.range, Self::sort_key));
            docs.push(Doc::words(" "));
            after = window.sort.last().map_or(after, |last| last.range.end);
        }
        let ends = (window.items.first().map(|first| first.range), window.items.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, step.range.end);
        docs.push(self.members(
            &BLOCK,
            open,
            close,
            &window.items,
            |item| item.range,
            |this, item| {
                let mut docs = this.assignment(&item.assignment);
                if let Some(frame) = &item.frame {
                    let end = |end: Option<i64>| end.map_or(String::new(), |end| end.to_string());
                    docs.push(Doc::words(format!(" rows {}..{}", end(frame.from), end(frame.to))));
                }
                docs
            },
        ));
        docs
    }

    fn measures(&mut self, measures: &[Measure], after: u32, step: &Step) -> Doc {
        let ends = (measures.first().map(|first| first.range), measures.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, step.range.end);
        self.members(&BLOCK, open, close, measures, |measure| measure.range, Self::measure)
    }

    /// Where the braces of a block stand: the first `{` after `after`, the first `}` after the last member.
    pub(super) fn braces(&self, after: u32, ends: (Option<TextRange>, Option<TextRange>), end: u32) -> (u32, u32) {
        self.signs('{', '}', after, ends, end)
    }

    fn signs(
        &self,
        open: char,
        close: char,
        after: u32,
        ends: (Option<TextRange>, Option<TextRange>),
        end: u32,
    ) -> (u32, u32) {
        let limit = ends.0.map_or(end, |first| first.start);
        let open = self.comments.find(open, TextRange::new(after, limit));
        let behind = ends.1.map_or(open + 1, |last| last.end);
        (open, self.comments.find(close, TextRange::new(behind, end)))
    }

    fn pivot(&mut self, pivot: &Pivot, step: &Step) -> Vec<Doc> {
        let mut docs = self.after("pivot ", |this| this.expr(&pivot.value));
        docs.push(Doc::words(format!(" by {} in ", dotted(&pivot.column))));
        let ends = (pivot.values.first().map(|first| first.range), pivot.values.last().map(|last| last.range));
        let (open, close) = self.signs('[', ']', pivot.column.range.end, ends, step.range.end);
        docs.push(self.members(
            &BRACKETS,
            open,
            close,
            &pivot.values,
            |value| value.range,
            |this, value| {
                let mut docs = this.expr(&value.value);
                docs.extend(value.name.as_ref().map(|new| Doc::words(format!(" as {}", name(new)))));
                docs
            },
        ));
        docs
    }

    fn unpivot(&mut self, unpivot: &Unpivot, step: &Step) -> Vec<Doc> {
        let words = format!("unpivot {} by {} in ", name(&unpivot.value), name(&unpivot.name));
        let ends = (unpivot.columns.first().map(|first| first.range), unpivot.columns.last().map(|last| last.range));
        let (open, close) = self.signs('[', ']', unpivot.name.range.end, ends, step.range.end);
        let list = self.members(
            &BRACKETS,
            open,
            close,
            &unpivot.columns,
            |column| column.range,
            |this, column| {
                let mut docs = vec![column_name(&column.column)];
                if let Some(label) = &column.label {
                    docs.push(Doc::words(" as "));
                    docs.push(this.plain_text(label));
                }
                docs
            },
        );
        vec![Doc::words(words), list]
    }

    pub(super) fn sort_key(&mut self, key: &SortKey) -> Vec<Doc> {
        let mut docs = self.expr(&key.value);
        if key.descending {
            docs.push(Doc::words(" desc"));
        }
        docs
    }

    fn join(&mut self, join: &Join) -> Vec<Doc> {
        let mut words = "join ".to_owned();
        words.push_str(match join.cardinality {
            Some(Cardinality::One) => "one ",
            Some(Cardinality::Many) => "many ",
            None => "",
        });
        words.push_str(match join.kind {
            Some(JoinKind::Inner) => "inner ",
            Some(JoinKind::Left) => "left ",
            Some(JoinKind::Full) => "full ",
            Some(JoinKind::Semi) => "semi ",
            Some(JoinKind::Anti) => "anti ",
            Some(JoinKind::Cross) => "cross ",
            None => "",
        });
        let mut docs = vec![Doc::words(words)];
        docs.extend(self.operand(&join.operand));
        if let Some(alias) = &join.alias {
            docs.push(Doc::words(format!(" as {}", name(alias))));
        }
        match &join.condition {
            Some(JoinCondition::Using(columns)) => {
                docs.push(Doc::words(" using "));
                docs.push(self.names(columns));
            }
            Some(JoinCondition::On(condition)) => {
                docs.push(Doc::words(" on "));
                docs.extend(self.expr(condition));
            }
            None => {}
        }
        match join.unmatched.as_ref().map(|clause| &clause.rule) {
            Some(UnmatchedRule::Fail) => docs.push(Doc::words(" unmatched fail")),
            Some(UnmatchedRule::Drop) => docs.push(Doc::words(" unmatched drop")),
            Some(UnmatchedRule::AtMost(share)) => {
                docs.push(Doc::words(" unmatched <= "));
                docs.extend(self.expr(share));
            }
            None => {}
        }
        docs
    }
}

fn dotted(column: &ColumnName) -> String {
    let first = column.qualifier.as_ref().map_or(String::new(), |qualifier| format!("{}.", name(qualifier)));
    format!("{first}{}", name(&column.name))
}

fn column_name(column: &ColumnName) -> Doc {
    Doc::words(dotted(column))
}
