//! A test as text.

use super::{Printer, name};
use crate::ast::{Expected, ExpectedOf, GivenKind, Operand, RowHeading, Rows, Test};

impl Printer {
    pub(super) fn test(&mut self, test: &Test) {
        self.line(&format!("test {:?}", test.title.text));
        self.inside(|p| {
            for given in &test.given {
                match &given.kind {
                    GivenKind::Table { table, rows } => {
                        let table = p.relation(table);
                        p.rows(&format!("given {table}"), rows);
                    }
                    GivenKind::File { name: file, rows } => p.rows(&format!("given ${}", name(file)), rows),
                    GivenKind::Value { name: value, value: expr } => {
                        let expr = p.expr(expr);
                        p.line(&format!("given ${} = {expr}", name(value)));
                    }
                    GivenKind::Now(expr) => {
                        let expr = p.expr(expr);
                        p.line(&format!("given now = {expr}"));
                    }
                }
            }
            match &test.expected {
                Expected::Fail(code) => p.line(&format!("expect fail {}", name(code))),
                Expected::Broken(message) => p.line(&format!("expect broken {:?}", message.text)),
                Expected::Refused(value) => p.line(&format!("expect refused ${}", name(value))),
                Expected::Rows(expected) => {
                    for one in expected {
                        match &one.of {
                            ExpectedOf::Relation(Operand::Named(relation)) => {
                                let relation = p.relation(relation);
                                p.rows(&format!("expect {relation}"), &one.rows);
                            }
                            ExpectedOf::Relation(Operand::Pipeline(pipeline)) => {
                                p.rows("expect", &one.rows);
                                p.inside(|p| p.pipeline(pipeline));
                            }
                            ExpectedOf::File { name, sheet } => {
                                let sheet =
                                    sheet.as_ref().map_or(String::new(), |sheet| format!(" sheet {:?}", sheet.text));
                                p.rows(&format!("expect {:?}{sheet}", name.text), &one.rows);
                            }
                        }
                    }
                }
            }
        });
    }

    fn rows(&mut self, what: &str, rows: &Rows) {
        let headings: Vec<String> = rows
            .headings
            .iter()
            .map(|heading| match heading {
                RowHeading::Name(heading) => name(heading),
                RowHeading::Text(text) => format!("{:?}", text.text),
            })
            .collect();
        self.line(&format!("{what} rows {}", headings.join(", ")));
        self.inside(|p| {
            for row in &rows.rows {
                let cells = p.exprs(&row.cells);
                p.line(&format!("({cells})"));
            }
        });
    }
}
