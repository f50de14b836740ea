//! Scalar expressions.

use sqlparser::ast::{BinaryOperator, CastKind, Expr, Ident, ObjectName, UnaryOperator, Value as Literal};

use super::literal::{global, literal, number, parameter};
use super::select::Place;
use super::{Coercion, Scope, Translator, Typed, common_type, converted, folded, meet, parts};
use crate::error::{Ends, SqlError};
use crate::types::arithmetic::{Operation, result_type};
use crate::types::collation::Collation;
use crate::types::declared::{self, declared};
use crate::types::{Kind, SqlType};

impl Translator<'_> {
    /// An expression; one that the query groups by counts as grouped, whatever it names.
    pub(crate) fn expression(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let named_before = self.ungrouped.len();
        let typed = self.bare_expression(expr, scope)?;
        if scope.keys.contains(&typed.sql) {
            self.ungrouped.truncate(named_before);
        }
        Ok(typed)
    }

    fn bare_expression(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        match expr {
            Expr::Identifier(ident) => self.identifier(ident, scope),
            Expr::CompoundIdentifier(idents) => self.compound(idents, scope),
            Expr::Value(value) => match &value.value {
                Literal::Placeholder(name) if name.starts_with("@@") => global(name, self.facts),
                Literal::Placeholder(name) => self.parameter(name),
                other => literal(other, self.facts),
            },
            Expr::Nested(inner) => self.expression(inner, scope),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                if let Expr::Value(value) = &**expr
                    && let Literal::Number(digits, _) = &value.value
                {
                    return number(digits, true);
                }
                let operand = self.expression(expr, scope)?;
                let zero = number("0", false)?;
                let result = if operand.sql_type.kind == Kind::TinyInt {
                    SqlType::plain(Kind::SmallInt)
                } else {
                    operand.sql_type
                };
                if !result.is_numeric() || result.kind == Kind::Bit {
                    return Err(SqlError::new(
                        8117,
                        16,
                        Ends::Batch,
                        format!("Operand data type {} is invalid for minus operator.", result.name()),
                    ));
                }
                Ok(arithmetic_call(Operation::Subtract, &zero, &operand, result))
            }
            Expr::UnaryOp { op: UnaryOperator::Plus, expr } => self.expression(expr, scope),
            Expr::BinaryOp { left, op, right } => {
                let operation = match op {
                    BinaryOperator::Plus => Operation::Add,
                    BinaryOperator::Minus => Operation::Subtract,
                    BinaryOperator::Multiply => Operation::Multiply,
                    BinaryOperator::Divide => Operation::Divide,
                    BinaryOperator::Modulo => Operation::Remainder,
                    _ => return Err(SqlError::unknown(format_args!("{op} as a value"))),
                };
                let left = self.expression(left, scope)?;
                let right = self.expression(right, scope)?;
                arithmetic(operation, &left, &right)
            }
            Expr::Cast { kind, expr, data_type, array: false, format: None } => {
                let to = declared(data_type, declared::Place::Conversion)?;
                let is_try = match kind {
                    CastKind::Cast => false,
                    CastKind::TryCast => true,
                    CastKind::SafeCast | CastKind::DoubleColon => return Err(SqlError::unknown(expr)),
                };
                let operand = self.expression(expr, scope)?;
                Ok(self.cast(&operand, to, "0", is_try))
            }
            Expr::Convert { is_try, expr, data_type: Some(data_type), charset: None, styles, .. } => {
                let to = declared(data_type, declared::Place::Conversion)?;
                let style = match styles.as_slice() {
                    [] => "0".to_owned(),
                    [style] => self.expression(style, scope)?.sql,
                    _ => return Err(SqlError::syntax("CONVERT takes one style")),
                };
                let operand = self.expression(expr, scope)?;
                Ok(self.cast(&operand, to, &style, *is_try))
            }
            Expr::Collate { expr, collation } => {
                let operand = self.expression(expr, scope)?;
                if !operand.sql_type.is_text() {
                    return Err(SqlError::new(
                        447,
                        16,
                        Ends::Batch,
                        format!("Expression type {} is invalid for COLLATE clause.", operand.sql_type.name()),
                    ));
                }
                let collation = self.collation(collation, false)?;
                let sql_type = operand.sql_type.collated(collation);
                // Another code page can lack characters of the old one.
                let sql = converted(&operand, &sql_type).sql;
                Ok(Typed {
                    is_nullable: operand.is_nullable,
                    ..Typed::computed(sql, sql_type).coerced(Coercion::Explicit)
                })
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                let mut arms = Vec::new();
                for arm in conditions {
                    let condition = match operand {
                        None => self.predicate(&arm.condition, scope)?,
                        Some(operand) => self.comparison(operand, &BinaryOperator::Eq, &arm.condition, scope)?,
                    };
                    arms.push((condition, self.expression(&arm.result, scope)?));
                }
                let otherwise = else_result.as_ref().map(|result| self.expression(result, scope)).transpose()?;
                case(&arms, otherwise.as_ref())
            }
            Expr::Function(function) => self.function(function, scope),
            Expr::Ceil { expr, .. } => self.whole("CEILING", expr, scope),
            Expr::Floor { expr, .. } => self.whole("FLOOR", expr, scope),
            Expr::Substring { expr, substring_from: Some(from), substring_for: Some(length), .. } => {
                let operand = self.expression(expr, scope)?;
                let from = self.integer(from, scope)?;
                let length = self.integer(length, scope)?;
                function_substring(&operand, &from, &length)
            }
            Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
                let operand = self.expression(expr, scope)?;
                self.text_function("TRIM", operand)
            }
            Expr::Subquery(query) => {
                let selected = self.query(query, Some(scope), Place::Value)?;
                let [column] = selected.columns.as_slice() else {
                    return Err(SqlError::new(
                        116,
                        16,
                        Ends::Batch,
                        "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
                    ));
                };
                // SQLite would take the first of several rows; SQL Server refuses them.
                let alias = self.fresh_alias("q");
                let name = &column.sql_name;
                let sql = format!("(SELECT tds_single({alias}.{name}) FROM ({}) AS {alias})", selected.sql);
                Ok(Typed::computed(sql, column.typed.sql_type).coerced(column.typed.coercion))
            }
            _ => Err(SqlError::unknown(format_args!("the expression {expr}"))),
        }
    }

    fn identifier(&mut self, ident: &Ident, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        if ident.quote_style.is_none() {
            if ident.value.starts_with("@@") {
                return global(&ident.value, self.facts);
            }
            if ident.value.starts_with('@') {
                return self.parameter(&ident.value);
            }
        }
        self.column(None, &ident.value, scope)
    }

    fn parameter(&self, name: &str) -> Result<Typed, SqlError> {
        let typed = parameter(name, self.parameters)?;
        let sql_type = typed.sql_type;
        // A parameter has the collation of the database.
        Ok(if sql_type.is_text() {
            Typed { sql_type: sql_type.collated(self.facts.collation), ..typed }
        } else {
            typed
        })
    }

    fn compound(&mut self, idents: &[Ident], scope: &Scope<'_>) -> Result<Typed, SqlError> {
        match idents {
            [source, column] => self.column(Some((None, &source.value)), &column.value, scope),
            [schema, source, column] => self.column(Some((Some(&schema.value), &source.value)), &column.value, scope),
            _ => {
                let names: Vec<_> = idents.iter().map(|ident| ident.value.as_str()).collect();
                Err(SqlError::unknown(format_args!("the name {}", names.join("."))))
            }
        }
    }

    pub(crate) fn column(
        &mut self,
        source: Option<(Option<&str>, &str)>,
        column: &str,
        scope: &Scope<'_>,
    ) -> Result<Typed, SqlError> {
        let wanted = folded(column);
        let mut looked_at = Some(scope);
        while let Some(here) = looked_at {
            let mut found: Option<&Typed> = None;
            let mut is_source_found = false;
            for candidate in &here.sources {
                if let Some((schema, name)) = source {
                    let is_schema = match (schema, &candidate.schema) {
                        (None, _) => true,
                        (Some(schema), Some(own)) => folded(schema) == folded(own),
                        (Some(_), None) => false,
                    };
                    if folded(name) != folded(&candidate.name) || !is_schema {
                        continue;
                    }
                }
                is_source_found = true;
                for candidate in candidate.columns.iter().filter(|candidate| folded(&candidate.name) == wanted) {
                    if found.is_some() {
                        return Err(SqlError::new(209, 16, Ends::Batch, format!("Ambiguous column name '{column}'.")));
                    }
                    found = Some(&candidate.typed);
                }
            }
            if let Some(found) = found {
                self.ungrouped.push((here.id, column.to_owned()));
                return Ok(found.clone());
            }
            if is_source_found && source.is_some() {
                return Err(SqlError::column(column));
            }
            looked_at = here.parent;
        }
        match source {
            None => Err(SqlError::column(column)),
            Some((_, name)) => Err(SqlError::new(
                4104,
                16,
                Ends::Batch,
                format!("The multi-part identifier \"{name}.{column}\" could not be bound."),
            )),
        }
    }

    pub(crate) fn collation(&self, name: &ObjectName, is_temporary: bool) -> Result<Collation, SqlError> {
        let name = parts(name)?.iter().map(|part| part.value.clone()).collect::<Vec<_>>().join(".");
        let _ = is_temporary;
        if name.eq_ignore_ascii_case("DATABASE_DEFAULT") {
            return Ok(self.facts.collation);
        }
        Collation::named(&name)
            .ok_or_else(|| SqlError::new(448, 16, Ends::Batch, format!("Invalid collation '{name}'.")))
    }

    fn cast(&self, operand: &Typed, to: SqlType, style: &str, is_try: bool) -> Typed {
        let (to, coercion) = if to.is_text() {
            if operand.sql_type.is_text() {
                (to.collated(operand.sql_type.collation), operand.coercion)
            } else {
                (to.collated(self.facts.collation), Coercion::Default)
            }
        } else {
            (to, Coercion::Default)
        };
        let function = if is_try { "tds_try_cast" } else { "tds_cast" };
        let sql = format!("{function}({},{},{},{style})", operand.sql, operand.sql_type.pack(), to.pack());
        Typed::computed(sql, to).coerced(coercion)
    }
}

pub(crate) fn arithmetic(operation: Operation, left: &Typed, right: &Typed) -> Result<Typed, SqlError> {
    let (left, right) = match (left.is_null, right.is_null) {
        (true, false) => (Typed { sql_type: right.sql_type, ..left.clone() }, right.clone()),
        (false, true) => (left.clone(), Typed { sql_type: left.sql_type, ..right.clone() }),
        _ => (left.clone(), right.clone()),
    };
    let (collation, coercion) = meet(&left, &right, "add")?;
    let (left_type, right_type) = (met_by(&left, &right), met_by(&right, &left));
    let result = result_type(operation, &left_type, &right_type).ok_or_else(|| {
        SqlError::new(
            402,
            16,
            Ends::Batch,
            format!(
                "The data types {} and {} are incompatible in the {operation:?} operator.",
                left.sql_type.name(),
                right.sql_type.name()
            ),
        )
    })?;
    let result = if result.is_text() { result.collated(collation) } else { result };
    Ok(arithmetic_call(operation, &left, &right, result).coerced(coercion))
}

/// The type of one side for the rules of precision: a whole literal beside a decimal has no more digits than it shows.
fn met_by(side: &Typed, other: &Typed) -> SqlType {
    let digits = side.sql.trim_start_matches('-');
    let is_literal =
        side.sql_type.is_integer() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match u8::try_from(digits.len()) {
        Ok(precision) if is_literal && other.sql_type.kind == Kind::Decimal => SqlType::decimal(precision, 0),
        _ => side.sql_type,
    }
}

fn arithmetic_call(operation: Operation, left: &Typed, right: &Typed, result: SqlType) -> Typed {
    let sql = format!(
        "tds_arithmetic({},{},{},{},{},{})",
        operation.code(),
        left.sql,
        left.sql_type.pack(),
        right.sql,
        right.sql_type.pack(),
        result.pack()
    );
    Typed::computed(sql, result)
}

pub(crate) fn case(arms: &[(String, Typed)], otherwise: Option<&Typed>) -> Result<Typed, SqlError> {
    let results: Vec<&Typed> = arms.iter().map(|(_, result)| result).chain(otherwise).collect();
    let (sql_type, coercion) = common_type(&results, "CASE")?;
    let mut sql = "CASE".to_owned();
    for (condition, result) in arms {
        sql.push_str(&format!(" WHEN {condition} THEN {}", converted(result, &sql_type).sql));
    }
    if let Some(otherwise) = otherwise {
        sql.push_str(&format!(" ELSE {}", converted(otherwise, &sql_type).sql));
    }
    sql.push_str(" END");
    Ok(Typed::computed(format!("({sql})"), sql_type).coerced(coercion))
}

pub(crate) fn function_substring(operand: &Typed, from: &Typed, length: &Typed) -> Result<Typed, SqlError> {
    let sql_type = match operand.sql_type.kind {
        Kind::Char | Kind::VarChar => SqlType { kind: Kind::VarChar, ..operand.sql_type },
        Kind::NChar | Kind::NVarChar => SqlType { kind: Kind::NVarChar, ..operand.sql_type },
        Kind::Binary | Kind::VarBinary => SqlType { kind: Kind::VarBinary, ..operand.sql_type },
        _ => {
            return Err(SqlError::new(
                8116,
                16,
                Ends::Batch,
                format!(
                    "Argument data type {} is invalid for argument 1 of substring function.",
                    operand.sql_type.name()
                ),
            ));
        }
    };
    let sql = format!(
        "tds_call('SUBSTRING',{},{},{},{},{},{},{})",
        sql_type.pack(),
        operand.sql,
        operand.sql_type.pack(),
        from.sql,
        from.sql_type.pack(),
        length.sql,
        length.sql_type.pack()
    );
    Ok(Typed::computed(sql, sql_type).coerced(operand.coercion))
}
