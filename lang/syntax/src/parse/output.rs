//! Statements that promise, split and put out: expect, split, record, export, reveal.

use pest::iterators::Pair;

use super::build::Builder;
use super::grammar::{Parts, Rule};
use crate::ast::{
    Branch, Expect, Export, ExportContent, ExportFormat, Heading, OutputColumn, Record, RecordColumn, Reveal, Share,
    Sheet, SheetTitle, Split, SplitCounts,
};

impl Builder<'_> {
    pub(super) fn expect(&mut self, parts: &mut Parts<'_>) -> Option<Expect> {
        let condition = self.expr(parts.take(Rule::expr)?)?;
        let message = match parts.take(Rule::text) {
            Some(text) => Some(self.text(text)?),
            None => None,
        };
        Some(Expect { condition, message })
    }

    pub(super) fn split(&mut self, parts: &mut Parts<'_>) -> Option<Split> {
        let relation = self.name(&parts.take(Rule::name)?);
        let key = self.names(&Parts::of(parts.take(Rule::split_key)?).take_all(Rule::name));
        let seed = self.exprs(parts.take_all(Rule::expr))?;
        let counts = match (parts.take(Rule::kw_exactly), parts.take(Rule::stratify)) {
            (Some(word), _) => SplitCounts::Exactly(self.range(&word)),
            (None, Some(stratify)) => SplitCounts::Strata(self.names(&Parts::of(stratify).take_all(Rule::name))),
            (None, None) => SplitCounts::Free,
        };
        let branches = Parts::of(parts.take(Rule::branches)?).take_all(Rule::branch);
        Some(Split { relation, key, seed, counts, branches: self.each(branches, Self::branch)? })
    }

    fn branch(&mut self, pair: Pair<'_, Rule>) -> Option<Branch> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.take(Rule::name)?);
        let share = match parts.take(Rule::kw_rest) {
            Some(rest) => Share::Rest(self.range(&rest)),
            None => Share::Of(self.expr(parts.take(Rule::expr)?)?),
        };
        let held = parts.take(Rule::kw_held).map(|word| self.range(&word));
        Some(Branch { name, share, held, range })
    }

    pub(super) fn record(&mut self, parts: &mut Parts<'_>) -> Option<Record> {
        let relation = self.relation(parts.take(Rule::relation)?)?;
        let table = self.relation(parts.take(Rule::relation)?)?;
        let key = self.names(&parts.take_all(Rule::name));
        let columns = Parts::of(parts.take(Rule::record_columns)?).take_all(Rule::record_column);
        Some(Record { relation, table, key, columns: self.each(columns, Self::record_column)? })
    }

    fn record_column(&mut self, pair: Pair<'_, Rule>) -> Option<RecordColumn> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.take(Rule::name)?);
        let value = match parts.take(Rule::expr) {
            Some(value) => Some(self.expr(value)?),
            None => None,
        };
        Some(RecordColumn { name, value, range })
    }

    pub(super) fn export(&mut self, pair: Pair<'_, Rule>) -> Option<Export> {
        let of_sheets = pair.as_rule() == Rule::export_sheets;
        let mut parts = Parts::of(pair);
        if of_sheets {
            let format_range = self.range(&parts.take(Rule::kw_xlsx)?);
            let file = self.text(parts.take(Rule::text)?)?;
            let settings = self.settings(&mut parts)?;
            let sheets = Parts::of(parts.take(Rule::sheets)?).take_all(Rule::sheet);
            let content = ExportContent::Sheets(self.each(sheets, Self::sheet)?);
            return Some(Export { content, format: ExportFormat::Xlsx, format_range, file, settings });
        }
        let relation = self.relation(parts.take(Rule::relation)?)?;
        let format_pair = parts.take(Rule::format)?;
        let format_range = self.range(&format_pair);
        let format = match Parts::of(format_pair).next()?.as_str() {
            "csv" => ExportFormat::Csv,
            "xlsx" => ExportFormat::Xlsx,
            "parquet" => ExportFormat::Parquet,
            "jsonl" => ExportFormat::JsonLines,
            _ => ExportFormat::CsvForExcel,
        };
        let file = self.text(parts.take(Rule::text)?)?;
        let settings = self.settings(&mut parts)?;
        let content = ExportContent::Relation { relation, columns: self.output_columns(&mut parts)? };
        Some(Export { content, format, format_range, file, settings })
    }

    pub(super) fn reveal(&mut self, parts: &mut Parts<'_>) -> Option<Reveal> {
        let relation = self.relation(parts.take(Rule::relation)?)?;
        Some(Reveal { relation, reason: self.plain_text(parts.take(Rule::text)?)? })
    }

    fn sheet(&mut self, pair: Pair<'_, Rule>) -> Option<Sheet> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let title = match parts.take(Rule::sheet_by) {
            Some(by) => SheetTitle::By(self.name(&Parts::of(by).take(Rule::name)?)),
            None => SheetTitle::Text(self.plain_text(parts.take(Rule::text)?)?),
        };
        let relation = self.relation(parts.take(Rule::relation)?)?;
        Some(Sheet { title, relation, columns: self.output_columns(&mut parts)?, range })
    }

    fn output_columns(&mut self, parts: &mut Parts<'_>) -> Option<Option<Vec<OutputColumn>>> {
        match parts.take(Rule::output_columns) {
            Some(list) => Some(Some(self.each(Parts::of(list).take_all(Rule::output_column), Self::output_column)?)),
            None => Some(None),
        }
    }

    fn output_column(&mut self, pair: Pair<'_, Rule>) -> Option<OutputColumn> {
        let range = self.range(&pair);
        let mut parts = Parts::of(pair);
        let value = self.expr(parts.take(Rule::expr)?)?;
        let heading = if let Some(text) = parts.take(Rule::text) {
            Some(Heading::Text(self.text(text)?))
        } else if let Some(label) = parts.take(Rule::label_of) {
            Some(Heading::LabelOf(self.value_name(Parts::of(label).take(Rule::value)?)?))
        } else {
            None
        };
        let format = match parts.take(Rule::number_format) {
            Some(format) => Some(self.plain_text(Parts::of(format).take(Rule::text)?)?),
            None => None,
        };
        Some(OutputColumn { value, heading, format, range })
    }
}
