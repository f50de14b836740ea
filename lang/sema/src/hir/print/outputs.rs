//! What leaves: expectations, records, files.

use wr_plan::declaration::{Export, LineEnd, Message, MessagePart, Record};
use wr_plan::print::quoted;

use super::Printer;

impl Printer<'_> {
    pub(super) fn outputs(&mut self) {
        let program = self.program;
        for expectation in &program.expectations {
            let condition = self.words.expr(&expectation.condition);
            self.line(0, &format!("expect {condition}"));
            if let Some(message) = &expectation.message {
                let message = self.message(message);
                self.line(1, &format!("else \"{message}\""));
            }
        }
        program.records.iter().for_each(|record| self.record(record));
        program.exports.iter().for_each(|export| self.export(export));
        for reveal in &program.reveals {
            self.line(0, &format!("reveal {} because {:?}", reveal.words, reveal.reason));
        }
    }

    fn record(&mut self, record: &Record) {
        let columns = self.program.tables.get(record.table).map(|table| table.columns.as_slice()).unwrap_or_default();
        let name =
            |index: u32| columns.get(index as usize).map_or_else(|| "?".to_owned(), |column| quoted(&column.name));
        let list = |indexes: &[u32]| indexes.iter().map(|index| name(*index)).collect::<Vec<_>>().join(", ");
        let (relation, table) = (self.words.relation(record.relation), self.words.table(record.table));
        self.line(0, &format!("record {relation} into {table} key {}", list(&record.key)));
        for (index, expr) in &record.assignments {
            let expr = self.words.expr(expr);
            self.line(1, &format!("{} = {expr}", name(*index)));
        }
        if !record.occasion.is_empty() {
            self.line(1, &format!("occasion {}", list(&record.occasion)));
        }
    }

    fn export(&mut self, export: &Export) {
        let format = export.format.words();
        let file = self.message(&export.file_name);
        let mut with = Vec::new();
        with.extend(export.with.delimiter.map(|sign| format!("delimiter = {sign:?}")));
        with.extend(export.with.bom.map(|bom| format!("bom = {bom}")));
        with.extend(export.with.encoding.map(|encoding| format!("encoding = {:?}", encoding.name())));
        with.extend(export.with.quotes_all.map(|all| format!("quote = {:?}", if all { "all" } else { "needed" })));
        with.extend(export.with.null.as_ref().map(|null| format!("null_text = {null:?}")));
        with.extend(export.with.header.map(|header| format!("header = {header}")));
        with.extend(export.with.decimal.map(|sign| format!("decimal = \"{sign}\"")));
        with.extend(
            export.with.line_end.map(|end| format!("line_end = {:?}", if end == LineEnd::Lf { "lf" } else { "crlf" })),
        );
        let with = if with.is_empty() { String::new() } else { format!(" with {}", with.join(", ")) };
        self.line(0, &format!("export to {format} \"{file}\"{with}"));
        for sheet in &export.sheets {
            let relation = self.words.relation(sheet.relation);
            let title = match sheet.by {
                Some(by) => format!("by {}", self.words.column(by)),
                None => format!("\"{}\"", sheet.title),
            };
            self.line(1, &format!("sheet {title} from {relation}"));
            for column in &sheet.columns {
                let (name, heading) = (self.words.column(column.column), self.message(&column.heading));
                let personal = if column.marks.personal { " personal" } else { "" };
                let present = column.present_if.as_ref().map(|is| format!(" if {}", self.words.expr(is)));
                let present = present.unwrap_or_default();
                let format = column.format.as_ref().map_or(String::new(), |format| format!(" format {format:?}"));
                self.line(2, &format!("\"{heading}\" = {name}: {}{personal}{format}{present}", column.ty));
            }
        }
    }

    fn message(&self, message: &Message) -> String {
        let part = |part: &MessagePart| match part {
            MessagePart::Text(text) => text.clone(),
            MessagePart::Hole(expr) => format!("{{{}}}", self.words.expr(expr)),
            MessagePart::LabelOf(value) => {
                let name = self.program.values.get(*value).map_or("?", |value| value.name.as_str());
                format!("{{label(${name})}}")
            }
        };
        message.parts.iter().map(part).collect()
    }
}
