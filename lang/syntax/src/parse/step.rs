//! Pipelines and their steps.

use pest::iterators::Pair;
use wr_base::span::TextRange;

use super::build::Builder;
use super::grammar::{Parts, Rule};
use crate::ast::{
    Apply, Assignment, Cardinality, Distinct, FileColumn, FileRead, Frame, GivenArgument, Group, Join, JoinCondition,
    JoinKind, Measure, Name, Operand, Pipeline, Pivot, PivotValue, RelationName, Renaming, Sample, SelectItem, SetKind,
    SetOperation, SortKey, SqlQuery, Step, StepKind, Unmatched, UnmatchedRule, Unpivot, UnpivotColumn, Window,
    WindowItem,
};

impl Builder<'_> {
    pub(super) fn pipeline(&mut self, pair: Pair<'_, Rule>) -> Option<Pipeline> {
        let range = self.range(&pair);
        Some(Pipeline { steps: self.steps(Parts::of(pair))?, range })
    }

    pub(super) fn steps(&mut self, mut parts: Parts<'_>) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        while let Some(pair) = parts.next() {
            steps.push(self.step(pair)?);
        }
        Some(steps)
    }

    fn step(&mut self, pair: Pair<'_, Rule>) -> Option<Step> {
        let range = self.range(&pair);
        let from = pair.as_rule() == Rule::from_step;
        let mut parts = Parts::of(pair);
        if from {
            if let Some(read) = parts.take(Rule::file_read) {
                return Some(Step { kind: StepKind::FromFile(self.file_read(read)?), condition: None, range });
            }
            let kind = match parts.take(Rule::sql_query) {
                Some(query) => StepKind::FromQuery(self.sql_query(query)?),
                None => StepKind::From(self.operand(parts.take(Rule::operand)?)?),
            };
            return Some(Step { kind, condition: None, range });
        }
        let kind = self.step_kind(parts.next()?)?;
        let condition = match parts.take(Rule::step_if) {
            Some(suffix) => Some(self.expr(Parts::of(suffix).take(Rule::expr)?)?),
            None => None,
        };
        Some(Step { kind, condition, range })
    }

    fn sql_query(&mut self, pair: Pair<'_, Rule>) -> Option<SqlQuery> {
        let mut parts = Parts::of(pair);
        let connection = self.name(&Parts::of(parts.take(Rule::sql_source)?).take(Rule::name)?);
        let text = self.text(parts.take(Rule::text)?)?;
        let key = match parts.take(Rule::table_key) {
            Some(key) => Some(self.table_key(key)?),
            None => None,
        };
        let columns = Parts::of(parts.take(Rule::table_columns)?).take_all(Rule::table_column);
        Some(SqlQuery { connection, text, key, columns: self.each(columns, Self::table_column)? })
    }

    fn step_kind(&mut self, pair: Pair<'_, Rule>) -> Option<StepKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let kind = if rule == Rule::filter {
            StepKind::Filter(self.expr(parts.take(Rule::expr)?)?)
        } else if rule == Rule::select {
            StepKind::Select(self.each(parts.take_all(Rule::select_item), Self::select_item)?)
        } else if rule == Rule::derive {
            StepKind::Derive(self.each(parts.take_all(Rule::assignment), Self::assignment)?)
        } else if rule == Rule::drop {
            parts.has(Rule::kw_drop);
            StepKind::Drop(self.columns(parts.take_all(Rule::column))?)
        } else if rule == Rule::rename {
            StepKind::Rename(self.each(parts.take_all(Rule::renaming), Self::renaming)?)
        } else if rule == Rule::join {
            StepKind::Join(self.join(parts)?)
        } else if rule == Rule::group {
            let keys = self.each(parts.take_all(Rule::measure), Self::measure)?;
            StepKind::Group(Group { keys, measures: self.measures(parts.take(Rule::measure_block)?)? })
        } else if rule == Rule::aggregate {
            StepKind::Aggregate(self.measures(parts.take(Rule::measure_block)?)?)
        } else if rule == Rule::sort {
            StepKind::Sort(self.sort_keys(&mut parts)?)
        } else if rule == Rule::take {
            StepKind::Take(self.expr(parts.take(Rule::expr)?)?)
        } else if rule == Rule::distinct {
            let on = self.columns(parts.take_all(Rule::column))?;
            let keep = match parts.take(Rule::keep) {
                Some(keep) => self.sort_keys(&mut Parts::of(keep))?,
                None => Vec::new(),
            };
            StepKind::Distinct(Distinct { on, keep })
        } else if rule == Rule::sample {
            let count = self.expr(parts.take(Rule::expr)?)?;
            let key = self.columns(parts.take_all(Rule::column))?;
            StepKind::Sample(Sample { count, key, seed: self.each(parts.take_all(Rule::expr), Self::expr)? })
        } else if rule == Rule::window {
            StepKind::Window(self.window(parts)?)
        } else if rule == Rule::pivot {
            let value = self.expr(parts.take(Rule::expr)?)?;
            let column = self.column(parts.take(Rule::column)?)?;
            let values = Parts::of(parts.take(Rule::pivot_values)?).take_all(Rule::pivot_value);
            StepKind::Pivot(Pivot { value, column, values: self.each(values, Self::pivot_value)? })
        } else if rule == Rule::unpivot {
            let (value, name) = (self.name(&parts.take(Rule::name)?), self.name(&parts.take(Rule::name)?));
            let columns = Parts::of(parts.take(Rule::unpivot_columns)?).take_all(Rule::unpivot_column);
            StepKind::Unpivot(Unpivot { value, name, columns: self.each(columns, Self::unpivot_column)? })
        } else if rule == Rule::apply {
            let name = self.name(&parts.take(Rule::name)?);
            let (arguments, end) = self.given_arguments(&mut parts)?;
            let range = TextRange::new(name.range.start, end.unwrap_or(name.range.end));
            StepKind::Apply(Apply { name, arguments, range })
        } else if rule == Rule::place {
            StepKind::Place(self.name(&parts.take(Rule::name)?))
        } else if rule == Rule::set_operation {
            let kind = if parts.has(Rule::kw_union) {
                SetKind::Union
            } else if parts.has(Rule::kw_except) {
                SetKind::Except
            } else {
                parts.has(Rule::kw_intersect);
                SetKind::Intersect
            };
            StepKind::SetOperation(SetOperation { kind, operand: self.operand(parts.take(Rule::operand)?)? })
        } else {
            return None;
        };
        Some(kind)
    }

    /// Builds one node of each pair.
    pub(super) fn each<T>(
        &mut self,
        pairs: Vec<Pair<'_, Rule>>,
        build: impl Fn(&mut Self, Pair<'_, Rule>) -> Option<T>,
    ) -> Option<Vec<T>> {
        pairs.into_iter().map(|pair| build(self, pair)).collect()
    }

    pub(super) fn operand(&mut self, pair: Pair<'_, Rule>) -> Option<Operand> {
        let inner = Parts::of(pair).next()?;
        if inner.as_rule() == Rule::nested {
            Some(Operand::Pipeline(self.pipeline(Parts::of(inner).take(Rule::pipeline)?)?))
        } else {
            Some(Operand::Named(self.relation(inner)?))
        }
    }

    pub(super) fn relation(&mut self, pair: Pair<'_, Rule>) -> Option<RelationName> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let (qualifier, name) = self.dotted(&mut parts)?;
        let (arguments, _) = self.given_arguments(&mut parts)?;
        Some(RelationName { qualifier, name, arguments, range })
    }

    /// What stands in parentheses behind the name of a relation or a step, and where they end.
    fn given_arguments(&mut self, parts: &mut Parts<'_>) -> Option<(Option<Vec<GivenArgument>>, Option<u32>)> {
        let Some(pair) = parts.take(Rule::given_arguments) else { return Some((None, None)) };
        let end = self.range(&pair).end;
        let arguments = self.each(Parts::of(pair).take_all(Rule::given_argument), |this, pair| {
            let range = this.range(&pair);
            let mut parts = Parts::of(pair);
            let name = parts.take(Rule::name).map(|name| this.name(&name));
            Some(GivenArgument { name, value: this.expr(parts.take(Rule::expr)?)?, range })
        })?;
        Some((Some(arguments), Some(end)))
    }

    /// `file($list)`: the parameter's name and the range of it all.
    pub(super) fn file_of(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, TextRange)> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let value = Parts::of(parts.take(Rule::file_value)?).take(Rule::value)?;
        Some((self.value_name(value)?, range))
    }

    fn file_read(&mut self, pair: Pair<'_, Rule>) -> Option<FileRead> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let (file, file_range) = self.file_of(parts.take(Rule::file_of)?)?;
        let columns = Parts::of(parts.take(Rule::file_columns)?).take_all(Rule::file_column);
        let columns = self.each(columns, Self::file_column)?;
        Some(FileRead { file, file_range, columns, settings: self.settings(&mut parts)?, range })
    }

    fn file_column(&mut self, pair: Pair<'_, Rule>) -> Option<FileColumn> {
        let mut declared = self.table_column(pair)?;
        // Behind `as` stands what in a table would be words about the column.
        let heading = declared.doc.take();
        Some(FileColumn { declared, heading })
    }

    fn select_item(&mut self, pair: Pair<'_, Rule>) -> Option<SelectItem> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let before = parts.take(Rule::name).map(|name| self.name(&name));
        let value = self.expr(parts.take(Rule::expr)?)?;
        let after = parts.take(Rule::name).map(|name| self.name(&name));
        Some(SelectItem { name: before.or(after), value, range })
    }

    fn assignment(&mut self, pair: Pair<'_, Rule>) -> Option<Assignment> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let replace = parts.take(Rule::kw_replace).map(|word| self.range(&word));
        let name = self.name(&parts.take(Rule::name)?);
        Some(Assignment { replace, name, value: self.expr(parts.take(Rule::expr)?)?, range })
    }

    fn renaming(&mut self, pair: Pair<'_, Rule>) -> Option<Renaming> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let new = self.name(&parts.take(Rule::name)?);
        Some(Renaming { new, old: self.column(parts.take(Rule::column)?)?, range })
    }

    fn measures(&mut self, block: Pair<'_, Rule>) -> Option<Vec<Measure>> {
        self.each(Parts::of(block).take_all(Rule::measure), Self::measure)
    }

    fn measure(&mut self, pair: Pair<'_, Rule>) -> Option<Measure> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let name = parts.take(Rule::name).map(|name| self.name(&name));
        Some(Measure { name, value: self.expr(parts.take(Rule::expr)?)?, range })
    }

    pub(super) fn sort_keys(&mut self, parts: &mut Parts<'_>) -> Option<Vec<SortKey>> {
        self.each(parts.take_all(Rule::sort_key), |this, pair| {
            let range = this.range(&pair);
            let mut parts = Parts::of(pair);
            let value = this.expr(parts.take(Rule::expr)?)?;
            Some(SortKey { value, descending: parts.has(Rule::kw_desc), range })
        })
    }

    fn pivot_value(&mut self, pair: Pair<'_, Rule>) -> Option<PivotValue> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let value = self.expr(parts.take(Rule::expr)?)?;
        Some(PivotValue { value, name: parts.take(Rule::name).map(|name| self.name(&name)), range })
    }

    fn unpivot_column(&mut self, pair: Pair<'_, Rule>) -> Option<UnpivotColumn> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let column = self.column(parts.take(Rule::column)?)?;
        let label = match parts.take(Rule::text) {
            Some(label) => Some(self.plain_text(label)?),
            None => None,
        };
        Some(UnpivotColumn { column, label, range })
    }

    fn window(&mut self, mut parts: Parts<'_>) -> Option<Window> {
        let by = match parts.take(Rule::window_by) {
            Some(by) => self.each(Parts::of(by).take_all(Rule::expr), Self::expr)?,
            None => Vec::new(),
        };
        let sort = match parts.take(Rule::window_sort) {
            Some(sort) => self.sort_keys(&mut Parts::of(sort))?,
            None => Vec::new(),
        };
        let items = Parts::of(parts.take(Rule::window_block)?).take_all(Rule::window_item);
        Some(Window { by, sort, items: self.each(items, Self::window_item)? })
    }

    fn window_item(&mut self, pair: Pair<'_, Rule>) -> Option<WindowItem> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let assignment = self.assignment(parts.take(Rule::assignment)?)?;
        let frame = match parts.take(Rule::frame) {
            Some(frame) => Some(self.frame(frame)?),
            None => None,
        };
        Some(WindowItem { assignment, frame, range })
    }

    fn frame(&self, pair: Pair<'_, Rule>) -> Option<Frame> {
        let range = self.range(&pair);
        let rows = Parts::of(pair).take(Rule::frame_rows)?;
        // What no i64 holds is further away than any row.
        let end = |words: &str| {
            let far = if words.starts_with('-') { i64::MIN } else { i64::MAX };
            (!words.is_empty()).then(|| words.parse().unwrap_or(far))
        };
        let (from, to) = rows.as_str().trim().split_once("..")?;
        Some(Frame { from: end(from), to: end(to), range })
    }

    fn join(&mut self, mut parts: Parts<'_>) -> Option<Join> {
        let cardinality = match parts.take(Rule::join_many) {
            Some(word) if word.as_str() == "one" => Some(Cardinality::One),
            Some(_) => Some(Cardinality::Many),
            None => None,
        };
        let kind = match parts.take(Rule::join_kind) {
            Some(word) => Some(match word.as_str() {
                "inner" => JoinKind::Inner,
                "left" => JoinKind::Left,
                "full" => JoinKind::Full,
                "semi" => JoinKind::Semi,
                "anti" => JoinKind::Anti,
                "cross" => JoinKind::Cross,
                _ => return None,
            }),
            None => None,
        };
        let operand = self.operand(parts.take(Rule::operand)?)?;
        let alias = match parts.take(Rule::alias) {
            Some(alias) => Some(self.name(&Parts::of(alias).take(Rule::name)?)),
            None => None,
        };
        let condition = if let Some(using) = parts.take(Rule::using) {
            Some(JoinCondition::Using(self.names(&Parts::of(using).take_all(Rule::name))))
        } else if let Some(on) = parts.take(Rule::on) {
            Some(JoinCondition::On(self.expr(Parts::of(on).take(Rule::expr)?)?))
        } else {
            None
        };
        let unmatched = match parts.take(Rule::unmatched) {
            Some(clause) => Some(self.unmatched(clause)?),
            None => None,
        };
        Some(Join { cardinality, kind, operand, alias, condition, unmatched })
    }

    fn unmatched(&mut self, pair: Pair<'_, Rule>) -> Option<Unmatched> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let rule = if parts.has(Rule::kw_fail) {
            UnmatchedRule::Fail
        } else if parts.has(Rule::kw_drop) {
            UnmatchedRule::Drop
        } else {
            UnmatchedRule::AtMost(self.expr(parts.take(Rule::expr)?)?)
        };
        Some(Unmatched { rule, range })
    }
}
