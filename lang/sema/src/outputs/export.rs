//! `export` statements: files, their sheets, and the columns that are written under which headings.
//!
//! What a sheet writes is always the row of a relation of its own, made here: expressions of its list are a `select`.

use wr_base::ids::{ColumnId, RelationId, StepId};
use wr_base::row_type::{Column, RowType, ShapedBy};
use wr_base::span::{Span, TextRange};
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::declaration::{Export, Format, Message, MessagePart, OutputColumn, Sheet, ValueKind};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::logical::{Item, StepInfo};
use wr_syntax::ast;

use super::{errors, file, sheet_title};
use crate::checker::{Checker, Scope, Shape};
use crate::hir::{Relation, Source, Step, StepKind};
use crate::relations;
use crate::types;

pub(crate) fn check_export(checker: &mut Checker, statement: &ast::Export) {
    let range = TextRange::new(0, statement.file.range.end);
    let info = StepInfo { word: "export".to_owned(), words: checker.words(range), relation: None };
    let step = checker.step_id(range, info);
    let format = match statement.format {
        ast::ExportFormat::Csv => Format::Csv,
        ast::ExportFormat::CsvForExcel => Format::CsvForExcel,
        ast::ExportFormat::Xlsx => Format::Xlsx,
        ast::ExportFormat::Parquet => Format::Parquet,
        ast::ExportFormat::JsonLines => Format::JsonLines,
    };
    let file_name = file::check_name(checker, &statement.file, format);
    let with = file::check_settings(checker, &statement.settings, format);
    let sheets: Vec<Sheet> = match &statement.content {
        ast::ExportContent::Relation { relation, columns } => {
            let title = relation_words(relation);
            let title = Title { text: sheet_title::shortened(&title), by: None };
            let end = statement.settings.last().map_or(statement.file.range.end, |setting| setting.range.end);
            check_sheet(checker, relation, columns.as_deref(), title, format, end).into_iter().collect()
        }
        ast::ExportContent::Sheets(sheets) => {
            if sheets.is_empty() {
                let at = checker.span(statement.file.range);
                checker.report(errors::workbook_without_sheets(at));
            }
            sheet_title::check(checker, sheets);
            sheets
                .iter()
                .filter_map(|sheet| {
                    let title = match &sheet.title {
                        ast::SheetTitle::Text(title) => Title { text: title.text.clone(), by: None },
                        ast::SheetTitle::By(column) => Title { text: String::new(), by: Some(column) },
                    };
                    let end = sheet.relation.range.end;
                    check_sheet(checker, &sheet.relation, sheet.columns.as_deref(), title, format, end)
                })
                .collect()
        }
    };
    let written = match &statement.content {
        ast::ExportContent::Relation { .. } => 1,
        ast::ExportContent::Sheets(sheets) => sheets.len(),
    };
    checker.has_unclear_export |= sheets.len() < written;
    let format_at = checker.span(statement.format_range);
    crate::lints::check_digits(checker, format, &with, &sheets, format_at);
    checker.exports.push(Export { step, format, file_name, sheets, with });
}

fn relation_words(name: &ast::RelationName) -> String {
    match &name.qualifier {
        Some(qualifier) => format!("{}.{}", qualifier.text, name.name.text),
        None => name.name.text.clone(),
    }
}

struct Title<'a> {
    text: String,
    /// `sheet by city`.
    by: Option<&'a ast::Name>,
}

/// Columns of a relation by their names, as a sheet that nobody writes: what a test looks at.
pub(super) fn sheet_of_columns(
    checker: &mut Checker,
    read: RelationId,
    columns: &[(String, TextRange)],
    range: TextRange,
) -> Sheet {
    let mut list = List::new(checker, read, range, Format::Csv);
    for (name, place) in columns {
        let Some(column) = list.row.columns.iter().find(|column| column.name == *name).cloned() else { continue };
        let id = checker.expr_id(*place);
        let expr = Expr::column(id, column.ty.clone(), column.id);
        list.push(checker, *place, name.clone(), expr, text(name.clone()), None);
    }
    sheet_of(checker, list, String::new(), None, range)
}

/// One relation as a sheet. Its step stands on the relation's name: that is where a held one is reported. `list_at`: where
/// a list of columns would stand.
fn check_sheet(
    checker: &mut Checker,
    name: &ast::RelationName,
    columns: Option<&[ast::OutputColumn]>,
    title: Title<'_>,
    format: Format,
    list_at: u32,
) -> Option<Sheet> {
    let read = relations::find_relation(checker, name)?;
    let mut list = List::new(checker, read, name.range, format);
    match columns {
        None => {
            let (at, list_at) = (checker.span(name.range), checker.span(TextRange::new(list_at, list_at)));
            crate::lints::check_personal(checker, read, at, list_at);
            list.add_all(checker, name.range);
        }
        Some(columns) => {
            for column in columns {
                list.add(checker, column);
            }
            if columns.is_empty() {
                let at = checker.span(name.range);
                checker.report(errors::sheet_without_columns(at));
            }
        }
    }
    let by = title.by.and_then(|by| list.add_by(checker, by));
    Some(sheet_of(checker, list, title.text, by, name.range))
}

fn sheet_of(checker: &mut Checker, list: List, title: String, by: Option<ColumnId>, range: TextRange) -> Sheet {
    let this = checker.relations.next_id();
    let words = checker.words(range);
    let info = |word: &str| StepInfo { word: word.to_owned(), words: words.clone(), relation: Some(this) };
    let source_step = checker.step_id(range, info("from"));
    let step = checker.step_id(range, info("sheet"));
    let relation = list.relation(checker, source_step, step);
    let columns = list.columns.into_iter().map(|listed| listed.output).collect();
    Sheet { title, by, relation, columns, step }
}

/// The columns of a sheet, as far as they are read.
struct List {
    /// The relation that is written, and its columns here and there.
    read: RelationId,
    pairs: Vec<(ColumnId, ColumnId)>,
    row: RowType,
    columns: Vec<Listed>,
    /// What sheets are made by, where it is not among the columns.
    by: Option<(Item, Column)>,
    file_format: Format,
    /// Headings that are known, with their places.
    headings: Vec<(String, Span)>,
}

struct Listed {
    item: Item,
    column: Column,
    output: OutputColumn,
}

impl List {
    fn new(checker: &mut Checker, read: RelationId, range: TextRange, file_format: Format) -> Self {
        let (pairs, row) = relations::read_relation(checker, read, range);
        Self { read, pairs, row, columns: Vec::new(), by: None, headings: Vec::new(), file_format }
    }

    /// All columns under their own names; those that a parameter decides about under their labels.
    fn add_all(&mut self, checker: &mut Checker, range: TextRange) {
        for column in self.row.columns.clone() {
            let id = checker.expr_id(range);
            let expr = Expr::column(id, column.ty.clone(), column.id);
            let shaped = column.shaped.clone();
            let heading = shaped.as_ref().map_or_else(|| column.name.clone(), |shaped| shaped.label.clone());
            self.push(checker, range, column.name, expr, text(heading), shaped);
        }
    }

    fn add(&mut self, checker: &mut Checker, written: &ast::OutputColumn) {
        if let ast::ExprKind::Value(name) = &written.value.kind
            && let Some(shape) = checker.names.shapes.get(&name.text).filter(|shape| shape.is_many).cloned()
        {
            return self.add_options(checker, written, name, &shape);
        }
        let row = self.row.clone();
        let scope = Scope { people: true, ..Scope::row(&row, "a column of a file") };
        let expr = types::type_column_expr(checker, &scope, &written.value);
        let name = match &written.value.kind {
            ast::ExprKind::Name(name) | ast::ExprKind::Qualified { name, .. } | ast::ExprKind::Value(name) => {
                Some(name.text.clone())
            }
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Text(_)
            | ast::ExprKind::Pattern(_)
            | ast::ExprKind::Call(_)
            | ast::ExprKind::FileColumn { .. }
            | ast::ExprKind::List(_)
            | ast::ExprKind::Range { .. }
            | ast::ExprKind::Period(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::When { .. }
            | ast::ExprKind::Relation(_)
            | ast::ExprKind::Error => None,
        };
        let heading = match (&written.heading, &name) {
            (Some(ast::Heading::Text(heading)), _) => {
                types::type_message(checker, &Scope::values("a heading"), heading)
            }
            (Some(ast::Heading::LabelOf(value)), _) => label_of(checker, value),
            (None, Some(name)) => text(name.clone()),
            (None, None) => {
                if !expr.ty.is_error() {
                    let at = checker.span(written.value.range);
                    checker.report(errors::column_without_heading(at));
                }
                Message::default()
            }
        };
        let name = name.unwrap_or_else(|| format!("column_{}", self.columns.len() + 1));
        let format = written.format.as_ref().and_then(|format| self.format(checker, format, &expr));
        self.push(checker, written.range, name, expr, heading, None);
        if let Some(last) = self.columns.last_mut() {
            last.output.format = format;
        }
    }

    /// `$fields`: one column per option, each written when the option is chosen (B4).
    fn add_options(&mut self, checker: &mut Checker, written: &ast::OutputColumn, name: &ast::Name, shape: &Shape) {
        if written.heading.is_some() {
            let at = checker.span(written.range);
            checker.report(errors::columns_bring_their_headings(at, &name.text));
        }
        let row = self.row.clone();
        let shaped_here: Vec<&Column> = row
            .columns
            .iter()
            .filter(|column| column.shaped.as_ref().is_some_and(|shaped| shaped.value == shape.value))
            .collect();
        if !shaped_here.is_empty() {
            for column in shaped_here {
                let id = checker.expr_id(written.range);
                let expr = Expr::column(id, column.ty.clone(), column.id);
                let label = column.shaped.as_ref().map_or_else(String::new, |shaped| shaped.label.clone());
                self.push(checker, written.range, column.name.clone(), expr, text(label), column.shaped.clone());
            }
            return;
        }
        let used_at = checker.span(written.value.range);
        for option in &shape.options {
            let before = std::mem::take(&mut checker.diagnostics);
            let place = std::mem::replace(&mut checker.place, shape.place);
            let expr = types::type_column_expr(checker, &Scope::row(&row, "an option of a parameter"), &option.expr);
            checker.place = place;
            let found = std::mem::replace(&mut checker.diagnostics, before);
            for diagnostic in found.iter() {
                checker.report(diagnostic.clone().with_secondary(used_at, format!("`${}` is used here", name.text)));
            }
            let shaped = ShapedBy { value: shape.value, option: option.value.clone(), label: option.label.clone() };
            let heading = text(option.label.clone());
            self.push(checker, written.range, option.value.clone(), expr, heading, Some(shaped));
        }
    }

    fn push(
        &mut self,
        checker: &mut Checker,
        range: TextRange,
        name: String,
        expr: Expr,
        heading: Message,
        shaped: Option<ShapedBy>,
    ) {
        if let [MessagePart::Text(words)] = heading.parts.as_slice() {
            let at = checker.span(range);
            match self.headings.iter().find(|(other, _)| other == words) {
                Some((_, first)) => checker.report(errors::heading_twice(at, *first, words)),
                None => self.headings.push((words.clone(), at)),
            }
        }
        // A column that is only passed on keeps its id, but a second copy of it needs one of its own.
        let passed = if let ExprKind::Column(id) = &expr.kind { Some(*id) } else { None };
        let free = passed.filter(|id| !self.columns.iter().any(|listed| listed.item.column == *id));
        let id = free.unwrap_or_else(|| checker.fresh_column());
        let present_if = shaped.as_ref().map(|shaped| is_chosen(checker, range, shaped));
        let column = Column { shaped, ..relations::column_of(&self.row, id, &name, &expr) };
        let output = OutputColumn {
            column: id,
            heading,
            format: None,
            ty: expr.ty.clone(),
            marks: column.marks.clone(),
            present_if,
        };
        self.columns.push(Listed { item: Item { column: id, name, expr }, column, output });
    }

    /// `sheet by city`: the column of the relation that tells the sheets apart.
    fn add_by(&mut self, checker: &mut Checker, by: &ast::Name) -> Option<ColumnId> {
        let row = self.row.clone();
        let scope = Scope::row(&row, "what sheets are made by");
        let id = types::resolve_column(checker, &scope, None, by)?;
        let column = row.column(id)?;
        let at = checker.span(by.range);
        if column.marks.personal || column.marks.entity.is_some() {
            // Titles are read by everybody, and are no column that the door looks at.
            checker.report(errors::sheet_by_people(at, &by.text));
            return None;
        }
        let is_passed = |listed: &&Listed| matches!(listed.item.expr.kind, ExprKind::Column(passed) if passed == id);
        if let Some(listed) = self.columns.iter().find(is_passed) {
            return Some(listed.item.column);
        }
        let item = super::split::passed_on(checker, column, by.range);
        self.by = Some((item, column.clone()));
        Some(id)
    }

    /// A number format, where the file and the column can have one.
    fn format(&self, checker: &mut Checker, written: &ast::PlainText, expr: &Expr) -> Option<String> {
        let at = checker.span(written.range);
        if self.file_format != Format::Xlsx {
            checker.report(errors::format_of_workbook(at));
            return None;
        }
        if !expr.ty.is_error() && !file::is_number_format(&written.text, &expr.ty.data) {
            checker.report(errors::format_unfit(at, &expr.ty.data));
            return None;
        }
        Some(written.text.clone())
    }

    /// The relation whose row is exactly these columns.
    fn relation(&self, checker: &mut Checker, source_step: StepId, step: StepId) -> RelationId {
        let by = || self.by.iter();
        let has =
            |id| self.columns.iter().any(|listed| listed.item.column == id) || by().any(|(item, _)| item.column == id);
        let listed = self.columns.iter().map(|listed| &listed.column);
        let row = RowType {
            columns: listed.chain(by().map(|(_, column)| column)).cloned().collect(),
            keys: self.row.keys.iter().filter(|key| key.iter().all(|id| has(*id))).cloned().collect(),
            order: self.row.order.iter().take_while(|(id, _)| has(*id)).copied().collect(),
            is_open: self.columns.iter().any(|listed| listed.column.shaped.is_some()),
            is_held: false,
            is_unknown: false,
        };
        let items = self.columns.iter().map(|listed| &listed.item).chain(by().map(|(item, _)| item)).cloned().collect();
        checker.relations.add(Relation {
            name: None,
            source: Source::Relation { relation: self.read, columns: self.pairs.clone() },
            source_step,
            source_row: self.row.clone(),
            steps: vec![Step { id: step, kind: StepKind::Select(items), condition: None, row: row.clone() }],
            row,
            split: None,
        })
    }
}

fn text(words: String) -> Message {
    Message { parts: vec![MessagePart::Text(words)] }
}

/// The option is among the chosen ones.
fn is_chosen(checker: &mut Checker, range: TextRange, shaped: &ShapedBy) -> Expr {
    let id = checker.expr_id(range);
    let option = Expr::literal(id, DataType::Text, Value::text(shaped.option.clone()));
    let list = Type::required(DataType::List(Box::new(DataType::Text)));
    let chosen = Expr::new(id, list, ExprKind::Value(shaped.value));
    let kind = ExprKind::Call { function: FnId::InList, arguments: vec![option, chosen] };
    Expr::new(id, Type::required(DataType::Bool), kind)
}

/// `label($measure)`: a parameter whose options have labels.
fn label_of(checker: &mut Checker, name: &ast::Name) -> Message {
    let at = checker.span(name.range);
    match checker.names.values.get(&name.text).map(|named| named.meaning) {
        None => {
            let with_labels =
                |meaning: Option<wr_base::ids::ValueId>| meaning.is_some_and(|value| has_labels(checker, value));
            let values = checker.names.values.iter().filter(|(_, named)| with_labels(named.meaning));
            let known: Vec<String> = values.map(|(name, _)| name.clone()).collect();
            checker.report(errors::label_of_unknown(at, &name.text, &known));
            Message::default()
        }
        Some(None) => Message::default(),
        Some(Some(value)) => {
            if !has_labels(checker, value) {
                checker.report(errors::label_of_no_choice(at, &name.text));
            }
            Message { parts: vec![MessagePart::LabelOf(value)] }
        }
    }
}

fn has_labels(checker: &Checker, value: wr_base::ids::ValueId) -> bool {
    use wr_plan::declaration::ParameterKind::{Choice, Choices, Cohort, Columns, File, Plain};
    match &checker.values[value].kind {
        ValueKind::Let(_) => false,
        ValueKind::Parameter(parameter) => match &parameter.kind {
            Choice(_) | Choices(_) | Columns(_) => true,
            Plain | Cohort { .. } | File => false,
        },
    }
}
