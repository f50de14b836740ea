//! A tree as text, for `--stage syntax` and for the tests: one line for each statement, step and member, expressions in
//! prefix form, no ranges. Equal texts are equal trees, places aside.

mod expr;
mod pipeline;
mod test;

use super::{
    Argument, ColumnName, Declared, Export, ExportContent, Expr, File, Heading, Name, OutputColumn, Param,
    ParamDefault, Parameter, Setting, Share, SheetTitle, SplitCounts, Statement, StatementKind, Table, TableColumn,
    TableKey, Text, TypeName, TypeNameKind,
};

/// Prints a whole file, comments left out.
#[must_use]
pub fn print(file: &File) -> String {
    let mut printer = Printer { out: String::new(), indent: 0 };
    for statement in &file.statements {
        printer.statement(statement);
    }
    printer.out
}

/// Prints one expression.
#[must_use]
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer { out: String::new(), indent: 0 };
    printer.expr(expr)
}

struct Printer {
    out: String,
    indent: usize,
}

impl Printer {
    fn line(&mut self, words: &str) {
        self.out.extend(std::iter::repeat_n("  ", self.indent));
        self.out.push_str(words);
        self.out.push('\n');
    }

    fn inside(&mut self, print: impl FnOnce(&mut Self)) {
        self.indent += 1;
        print(self);
        self.indent -= 1;
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Report(report) => {
                self.line(&format!("report {:?}", report.title.text));
                self.inside(|p| {
                    if let Some(doc) = &report.doc {
                        p.line(&format!("doc {:?}", doc.text));
                    }
                    p.settings(&report.settings);
                });
            }
            StatementKind::Use(used) => self.line(&format!("use {} from {:?}", names(&used.names), used.path.text)),
            StatementKind::Source(source) => {
                self.line(&format!("source {}: {}", name(&source.name), name(&source.driver)))
            }
            StatementKind::Table(table) => self.table(table),
            StatementKind::Param(param) => self.param(param),
            StatementKind::LetRelation(relation) => {
                let taken = self.parameters(&relation.parameters);
                self.line(&format!("let {}{taken}", name(&relation.name)));
                self.inside(|p| p.pipeline(&relation.pipeline));
            }
            StatementKind::LetValue(value) => {
                let expr = self.expr(&value.value);
                self.line(&format!("let ${} = {expr}", name(&value.name)));
            }
            StatementKind::Function(function) => {
                let body = self.expr(&function.body);
                self.line(&format!(
                    "fn {}({}) -> {} = {body}",
                    name(&function.name),
                    arguments(&function.arguments),
                    type_name(&function.result)
                ));
            }
            StatementKind::Step(declared) => {
                let taken = self.parameters(&declared.parameters);
                self.line(&format!("step {}{taken}", name(&declared.name)));
                self.inside(|p| declared.steps.iter().for_each(|step| p.step(step)));
            }
            StatementKind::Expect(expect) => {
                let condition = self.expr(&expect.condition);
                self.line(&format!("expect {condition}"));
                self.inside(|p| p.optional_text("else", expect.message.as_ref()));
            }
            StatementKind::Split(split) => {
                let seed = self.exprs(&split.seed);
                let counts = match &split.counts {
                    SplitCounts::Free => String::new(),
                    SplitCounts::Exactly(_) => " exactly".to_owned(),
                    SplitCounts::Strata(strata) => format!(" stratify by {}", names(strata)),
                };
                self.line(&format!("split {} by {} seed {seed}{counts}", name(&split.relation), names(&split.key)));
                self.inside(|p| {
                    for branch in &split.branches {
                        let share = match &branch.share {
                            Share::Of(share) => p.expr(share),
                            Share::Rest(_) => "rest".to_owned(),
                        };
                        let held = if branch.held.is_some() { " held" } else { "" };
                        p.line(&format!("branch {} {share}{held}", name(&branch.name)));
                    }
                });
            }
            StatementKind::Record(record) => {
                let (relation, table) = (self.relation(&record.relation), self.relation(&record.table));
                self.line(&format!("record {relation} into {table} key {}", names(&record.key)));
                self.inside(|p| {
                    for column in &record.columns {
                        let value =
                            column.value.as_ref().map_or(String::new(), |value| format!(" = {}", p.expr(value)));
                        p.line(&format!("{}{value}", name(&column.name)));
                    }
                });
            }
            StatementKind::Export(export) => self.export(export),
            StatementKind::Reveal(reveal) => {
                let relation = self.relation(&reveal.relation);
                self.line(&format!("reveal {relation} because {:?}", reveal.reason.text));
            }
            StatementKind::Test(test) => self.test(test),
            StatementKind::Error(broken) => {
                let declares: Vec<String> = broken.declares.iter().map(declared).collect();
                self.line(format!("error {}", declares.join(", ")).trim_end());
            }
        }
    }

    fn settings(&mut self, settings: &[Setting]) {
        for setting in settings {
            let value = self.expr(&setting.value);
            self.line(&format!("with {} = {value}", name(&setting.name)));
        }
    }

    fn optional_text(&mut self, word: &str, text: Option<&Text>) {
        if let Some(text) = text {
            let text = self.text(text);
            self.line(&format!("{word} {text}"));
        }
    }

    fn table(&mut self, table: &Table) {
        let taken =
            if table.arguments.is_empty() { String::new() } else { format!("({})", arguments(&table.arguments)) };
        self.line(&format!("table {}.{}{taken}", name(&table.connection), name(&table.name)));
        self.inside(|p| {
            if let Some(key) = &table.key {
                p.line(&table_key(key));
            }
            if let Some(doc) = &table.doc {
                p.line(&format!("doc {:?}", doc.text));
            }
            for column in &table.columns {
                p.line(&table_column(column));
            }
        });
    }

    fn param(&mut self, param: &Param) {
        self.line(&format!("param {}: {}", name(&param.name), type_name(&param.ty)));
        self.inside(|p| {
            match &param.default {
                Some(ParamDefault::Value(value)) => {
                    let value = p.expr(value);
                    p.line(&format!("default {value}"));
                }
                Some(ParamDefault::All(_)) => p.line("default all"),
                Some(ParamDefault::First(_)) => p.line("default first"),
                None => {}
            }
            if let Some(query) = &param.query {
                p.line("query");
                p.inside(|p| p.pipeline(query));
            }
            for (word, text) in [("label", &param.label), ("help", &param.help)] {
                if let Some(text) = text {
                    p.line(&format!("{word} {:?}", text.text));
                }
            }
            if let Some(pattern) = &param.matches {
                p.line(&format!("matches /{}/", pattern.source));
            }
            if let Some(condition) = &param.condition {
                let expr = p.expr(&condition.condition);
                p.line(&format!("where {expr}"));
                p.inside(|p| p.optional_text("else", condition.message.as_ref()));
            }
            for option in &param.options {
                let value = p.expr(&option.value);
                let label = option.label.as_ref().map_or(String::new(), |label| format!(" as {:?}", label.text));
                let meaning =
                    option.meaning.as_ref().map_or(String::new(), |meaning| format!(" = {}", p.expr(meaning)));
                p.line(&format!("option {value}{label}{meaning}"));
            }
        });
    }

    fn export(&mut self, export: &Export) {
        let format = export.format.words();
        let file = self.text(&export.file);
        match &export.content {
            ExportContent::Relation { relation, columns } => {
                let relation = self.relation(relation);
                self.line(&format!("export {relation} to {format} {file}"));
                self.inside(|p| {
                    p.settings(&export.settings);
                    p.output_columns(columns.as_deref());
                });
            }
            ExportContent::Sheets(sheets) => {
                self.line(&format!("export to {format} {file}"));
                self.inside(|p| {
                    p.settings(&export.settings);
                    for sheet in sheets {
                        let relation = p.relation(&sheet.relation);
                        let title = match &sheet.title {
                            SheetTitle::Text(title) => format!("{:?}", title.text),
                            SheetTitle::By(column) => format!("by {}", name(column)),
                        };
                        p.line(&format!("sheet {title} from {relation}"));
                        p.inside(|p| p.output_columns(sheet.columns.as_deref()));
                    }
                });
            }
        }
    }

    fn output_columns(&mut self, columns: Option<&[OutputColumn]>) {
        let Some(columns) = columns else { return };
        if columns.is_empty() {
            self.line("no columns");
        }
        for column in columns {
            let heading = match &column.heading {
                Some(Heading::Text(text)) => format!(" as {}", self.text(text)),
                Some(Heading::LabelOf(param)) => format!(" as label(${})", name(param)),
                None => String::new(),
            };
            let value = self.expr(&column.value);
            let format = column.format.as_ref().map_or(String::new(), |format| format!(" format {:?}", format.text));
            self.line(&format!("column {value}{heading}{format}"));
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) -> String {
        if parameters.is_empty() {
            return String::new();
        }
        let mut words = Vec::new();
        for parameter in parameters {
            let default = parameter.default.as_ref().map(|default| format!(" = {}", self.expr(default)));
            let ty = type_name(&parameter.ty);
            words.push(format!("{}: {ty}{}", name(&parameter.name), default.unwrap_or_default()));
        }
        format!("({})", words.join(", "))
    }
}

fn name(name: &Name) -> String {
    if name.quoted { format!("`{}`", name.text) } else { name.text.clone() }
}

fn names(all: &[Name]) -> String {
    all.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn qualified(qualifier: Option<&Name>, last: &Name) -> String {
    qualifier.map_or(name(last), |first| format!("{}.{}", name(first), name(last)))
}

fn column_name(column: &ColumnName) -> String {
    qualified(column.qualifier.as_ref(), &column.name)
}

fn column_names(columns: &[ColumnName]) -> String {
    columns.iter().map(column_name).collect::<Vec<_>>().join(", ")
}

fn arguments(arguments: &[Argument]) -> String {
    let arguments: Vec<String> =
        arguments.iter().map(|argument| format!("{}: {}", name(&argument.name), type_name(&argument.ty))).collect();
    arguments.join(", ")
}

fn table_key(key: &TableKey) -> String {
    let trusted = key.trusted.as_ref().map_or(String::new(), |why| format!(" trusted because {:?}", why.text));
    format!("key {}{trusted}", names(&key.columns))
}

fn table_column(column: &TableColumn) -> String {
    format!("column {}", declared_column(column))
}

fn declared_column(column: &TableColumn) -> String {
    let mut words = format!("{}: {}", name(&column.name), type_name(&column.ty));
    if let Some(entity) = &column.entity {
        words.push_str(&format!(" entity {}", name(entity)));
    }
    if column.personal.is_some() {
        words.push_str(" personal");
    }
    if let Some(doc) = &column.doc {
        words.push_str(&format!(" {:?}", doc.text));
    }
    words
}

fn type_name(ty: &TypeName) -> String {
    let words = match &ty.kind {
        TypeNameKind::Int => "int".to_owned(),
        TypeNameKind::Decimal(None) => "decimal".to_owned(),
        TypeNameKind::Decimal(Some((precision, scale))) => format!("decimal({precision}, {scale})"),
        TypeNameKind::Float => "float".to_owned(),
        TypeNameKind::Text => "text".to_owned(),
        TypeNameKind::Bool => "bool".to_owned(),
        TypeNameKind::Date => "date".to_owned(),
        TypeNameKind::DateTime => "datetime".to_owned(),
        TypeNameKind::Time => "time".to_owned(),
        TypeNameKind::Duration => "duration".to_owned(),
        TypeNameKind::Uuid => "uuid".to_owned(),
        TypeNameKind::Percent => "percent".to_owned(),
        TypeNameKind::Range(element) => format!("range of {}", type_name(element)),
        TypeNameKind::Period => "period".to_owned(),
        TypeNameKind::List(element) => format!("list of {}", type_name(element)),
        TypeNameKind::Choice => "choice".to_owned(),
        TypeNameKind::Choices => "choices".to_owned(),
        TypeNameKind::Columns => "columns".to_owned(),
        TypeNameKind::File => "file".to_owned(),
        TypeNameKind::Cohort(source) => format!("cohort of {}", name(source)),
        TypeNameKind::Unknown(word) => format!("unknown {}", name(word)),
        TypeNameKind::Error => "error".to_owned(),
    };
    if ty.optional { format!("{words}?") } else { words }
}

fn declared(declared: &Declared) -> String {
    match declared {
        Declared::Value(value) => format!("value {}", name(value)),
        Declared::Relation(relation) => format!("relation {}", name(relation)),
        Declared::Function(function) => format!("function {}", name(function)),
        Declared::Step(step) => format!("step {}", name(step)),
        Declared::Import(import) => format!("import {}", name(import)),
        Declared::Connection(connection) => format!("connection {}", name(connection)),
        Declared::Table { connection, name: table } => format!("table {}.{}", name(connection), name(table)),
        Declared::Branches(relation) => format!("branches of {}", name(relation)),
    }
}
