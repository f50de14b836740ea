//! Statements that declare, and parameters.

use wr_base::span::TextRange;

use super::{BLOCK, Doc, Formatter, PARENS, name};
use crate::ast::{
    Argument, Function, Param, ParamDefault, ParamOption, Parameter, Pipeline, Report, Setting, Statement,
    StatementKind, Table, TableColumn, TableKey, TypeName, TypeNameKind,
};

impl Formatter<'_> {
    pub(super) fn statement(&mut self, statement: &Statement) -> Vec<Doc> {
        match &statement.kind {
            StatementKind::Report(report) => self.report(report),
            StatementKind::Use(used) => {
                vec![Doc::words("use "), self.names(&used.names), Doc::words(" from "), self.plain_text(&used.path)]
            }
            StatementKind::Source(source) => {
                vec![Doc::words(format!("source {}: {}", name(&source.name), name(&source.driver)))]
            }
            StatementKind::Table(table) => self.table(table, statement.range.end),
            StatementKind::Param(param) => self.param(param, statement.range.end),
            StatementKind::LetRelation(relation) => {
                let mut docs = vec![Doc::words(format!("let {}", name(&relation.name)))];
                docs.extend(self.parameters(&relation.parameters, relation.name.range.end));
                docs.push(Doc::words(" ="));
                docs.extend(self.pipeline(&relation.pipeline));
                docs
            }
            StatementKind::Step(declared) => {
                let mut docs = vec![Doc::words(format!("step {}", name(&declared.name)))];
                docs.extend(self.parameters(&declared.parameters, declared.name.range.end));
                docs.push(Doc::words(" ="));
                docs.extend(self.steps_of_own(&declared.steps));
                docs
            }
            StatementKind::LetValue(value) => {
                let mut docs = vec![Doc::words(format!("let ${} = ", name(&value.name)))];
                docs.extend(self.expr(&value.value));
                docs
            }
            StatementKind::Function(function) => self.function(function),
            StatementKind::Expect(expect) => self.expect(expect),
            StatementKind::Split(split) => self.split(split, statement.range.end),
            StatementKind::Record(record) => self.record(record, statement.range.end),
            StatementKind::Export(export) => self.export(export, statement.range.end),
            StatementKind::Reveal(reveal) => self.reveal(reveal),
            StatementKind::Test(test) => self.test(test, statement.range.end),
            StatementKind::Error(_) => vec![self.slice(statement.range)],
        }
    }

    fn report(&mut self, report: &Report) -> Vec<Doc> {
        let mut docs = vec![Doc::words("report "), self.plain_text(&report.title)];
        let mut below = Vec::new();
        if let Some(doc) = &report.doc {
            self.comments.last_end = report.title.range.end;
            self.comments.before(&mut below, doc.range.start, None, true);
            below.push(self.plain_text(doc));
            self.comments.last_end = doc.range.end;
        }
        if let Some(first) = report.settings.first() {
            let line = if report.doc.is_some() { None } else { Some(" ") };
            self.comments.before(&mut below, first.range.start, line, true);
            below.push(Doc::words("with"));
            below.push(self.list(&report.settings, |setting| setting.range, Self::setting));
        }
        docs.push(Doc::Group(vec![Doc::Indent(below)]));
        docs
    }

    pub(super) fn setting(&mut self, setting: &Setting) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("{} = ", name(&setting.name)))];
        docs.extend(self.expr(&setting.value));
        docs
    }

    pub(super) fn settings(&mut self, settings: &[Setting]) -> Vec<Doc> {
        let Some(first) = settings.first() else { return Vec::new() };
        self.comments.last_end = self.comments.last_end.max(first.range.start);
        vec![Doc::words(" with"), self.list(settings, |setting| setting.range, Self::setting)]
    }

    fn table(&mut self, table: &Table, end: u32) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("table {}.{}", name(&table.connection), name(&table.name)))];
        let mut after = table.name.range.end;
        docs.extend(self.declared(&table.arguments, &mut after));
        if let Some(key) = &table.key {
            docs.push(Doc::words(" "));
            docs.extend(self.table_key(key));
            after = key.range.end;
        }
        if let Some(doc) = &table.doc {
            let mut below = Vec::new();
            self.comments.last_end = after;
            self.comments.before(&mut below, doc.range.start, None, true);
            below.push(self.plain_text(doc));
            docs.push(Doc::Indent(below));
            after = doc.range.end;
        }
        docs.push(Doc::words(" "));
        let ends = (table.columns.first().map(|first| first.range), table.columns.last().map(|last| last.range));
        let (open, close) = self.braces(after, ends, end);
        docs.push(self.members(&BLOCK, open, close, &table.columns, |column| column.range, Self::table_column));
        docs
    }

    pub(super) fn table_key(&mut self, key: &TableKey) -> Vec<Doc> {
        let mut docs = vec![Doc::words("key "), self.names(&key.columns)];
        if let Some(trusted) = &key.trusted {
            docs.push(Doc::words(" trusted because "));
            docs.push(self.plain_text(trusted));
        }
        docs
    }

    pub(super) fn table_column(&mut self, column: &TableColumn) -> Vec<Doc> {
        let mut words = format!("{}: {}", name(&column.name), type_name(&column.ty));
        if let Some(entity) = &column.entity {
            words.push_str(&format!(" entity {}", name(entity)));
        }
        if column.personal.is_some() {
            words.push_str(" personal");
        }
        let mut docs = vec![Doc::words(words)];
        if let Some(doc) = &column.doc {
            docs.push(Doc::words(" "));
            docs.push(self.plain_text(doc));
        }
        docs
    }

    /// `(born: date?)`; nothing where nothing was declared, unless a function needs its parentheses.
    fn declared(&mut self, arguments: &[Argument], after: &mut u32) -> Option<Doc> {
        let last = arguments.last()?;
        let open = *after;
        let close = self.comments.find(')', TextRange::new(last.range.end, u32::MAX));
        *after = close + 1;
        Some(self.members(
            &PARENS,
            open,
            close,
            arguments,
            |argument| argument.range,
            |_, argument| vec![Doc::words(format!("{}: {}", name(&argument.name), type_name(&argument.ty)))],
        ))
    }

    /// `(min: int = 18)`; nothing where nothing was declared.
    fn parameters(&mut self, parameters: &[Parameter], after: u32) -> Option<Doc> {
        self.comments.last_end = after;
        let last = parameters.last()?;
        let close = self.comments.find(')', TextRange::new(last.range.end, u32::MAX));
        let list = self.members(
            &PARENS,
            after,
            close,
            parameters,
            |parameter| parameter.range,
            |this, parameter| {
                let mut docs = vec![Doc::words(format!("{}: {}", name(&parameter.name), type_name(&parameter.ty)))];
                if let Some(default) = &parameter.default {
                    docs.push(Doc::words(" = "));
                    docs.extend(this.expr(default));
                }
                docs
            },
        );
        self.comments.last_end = close + 1;
        Some(list)
    }

    fn function(&mut self, function: &Function) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("fn {}", name(&function.name)))];
        let mut after = function.name.range.end;
        docs.push(self.declared(&function.arguments, &mut after).unwrap_or_else(|| Doc::words("()")));
        docs.push(Doc::words(format!(" -> {} =", type_name(&function.result))));
        self.comments.last_end = function.result.range.end;
        let mut body = Vec::new();
        self.comments.before(&mut body, function.body.range.start, Some(" "), true);
        body.extend(self.expr(&function.body));
        docs.push(Doc::Group(vec![Doc::Indent(body)]));
        docs
    }

    fn param(&mut self, param: &Param, end: u32) -> Vec<Doc> {
        let mut docs = vec![Doc::words(format!("param {}: {}", name(&param.name), type_name(&param.ty)))];
        self.comments.last_end = param.ty.range.end;
        match &param.default {
            Some(ParamDefault::Value(value)) => {
                docs.push(Doc::words(" = "));
                docs.extend(self.expr(value));
            }
            Some(ParamDefault::All(_)) => docs.push(Doc::words(" = all")),
            Some(ParamDefault::First(_)) => docs.push(Doc::words(" = first")),
            None => {}
        }
        if let Some(query) = param.query.as_ref().filter(|_| param.default.is_some()) {
            docs.push(Doc::words(" "));
            docs.extend(self.query(query));
            self.comments.last_end = self.comments.last_end.max(query.range.end);
        }
        let clauses = self.clauses(param);
        docs.push(Doc::Indent(clauses));
        let header = Doc::Group(docs);
        let Some(first) = param.options.first() else { return vec![header] };
        let last = param.options.last().unwrap_or(first);
        let (open, close) = self.braces(self.comments.last_end, (Some(first.range), Some(last.range)), end);
        let options = self.members(&BLOCK, open, close, &param.options, |option| option.range, Self::option);
        vec![header, Doc::words(" "), options]
    }

    /// The clauses in the author's order, all on the line of the parameter or each on its own.
    fn clauses(&mut self, param: &Param) -> Vec<Doc> {
        let mut order: Vec<(TextRange, Clause)> = Vec::new();
        order.extend(param.label.as_ref().map(|label| (label.range, Clause::Label)));
        order.extend(param.help.as_ref().map(|help| (help.range, Clause::Help)));
        order.extend(param.matches.as_ref().map(|pattern| (pattern.range, Clause::Matches)));
        order.extend(param.condition.as_ref().map(|condition| (condition.range, Clause::Where)));
        if param.default.is_none() {
            order.extend(param.query.as_ref().map(|query| (query.range, Clause::Query)));
        }
        order.sort_by_key(|(range, _)| *range);
        let mut docs = Vec::new();
        for (range, clause) in order {
            self.comments.before(&mut docs, range.start, Some(" "), true);
            match clause {
                Clause::Label => docs.extend([Doc::words("label "), self.slice(range)]),
                Clause::Help => docs.extend([Doc::words("help "), self.slice(range)]),
                Clause::Matches => docs.extend([Doc::words("matches "), self.slice(range)]),
                Clause::Query => {
                    if let Some(query) = &param.query {
                        docs.extend(self.query(query));
                    }
                }
                Clause::Where => {
                    if let Some(condition) = &param.condition {
                        docs.push(Doc::words("where "));
                        docs.extend(self.expr(&condition.condition));
                        if let Some(message) = &condition.message {
                            docs.extend([Doc::words(" else "), self.text(message)]);
                        }
                    }
                }
            }
            self.comments.last_end = self.comments.last_end.max(range.end);
        }
        docs
    }

    fn query(&mut self, query: &Pipeline) -> Vec<Doc> {
        let mut docs = vec![Doc::words("from (")];
        docs.extend(self.inline_pipeline(query));
        docs.push(Doc::words(")"));
        docs
    }

    fn option(&mut self, option: &ParamOption) -> Vec<Doc> {
        let mut docs = self.expr(&option.value);
        if let Some(label) = &option.label {
            docs.extend([Doc::words(" as "), self.plain_text(label)]);
        }
        if let Some(meaning) = &option.meaning {
            docs.push(Doc::words(" = "));
            docs.extend(self.expr(meaning));
        }
        docs
    }
}

enum Clause {
    Label,
    Help,
    Matches,
    Where,
    Query,
}

pub(super) fn type_name(ty: &TypeName) -> String {
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
        TypeNameKind::Unknown(word) => name(word),
        TypeNameKind::Error => String::new(),
    };
    if ty.optional { format!("{words}?") } else { words }
}
