//! Conditions. T-SQL keeps them apart from values, and so does this.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value as Literal};

use super::select::Place;
use super::{Scope, Translator, Typed, common_type, compared_as, meet};
use crate::error::{Ends, SqlError};
use crate::types::{Kind, SqlType};

impl Translator<'_> {
    pub(crate) fn predicate(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<String, SqlError> {
        match expr {
            Expr::Nested(inner) => Ok(format!("({})", self.predicate(inner, scope)?)),
            Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
                let left = self.predicate(left, scope)?;
                let right = self.predicate(right, scope)?;
                Ok(format!("({left} {op} {right})"))
            }
            Expr::BinaryOp { left, op, right } => self.comparison(left, op, right, scope),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(format!("(NOT {})", self.predicate(expr, scope)?)),
            Expr::IsNull(expr) => Ok(format!("({} IS NULL)", self.expression(expr, scope)?.sql)),
            Expr::IsNotNull(expr) => Ok(format!("({} IS NOT NULL)", self.expression(expr, scope)?.sql)),
            Expr::Between { expr, negated, low, high } => {
                let low = self.comparison(expr, &BinaryOperator::GtEq, low, scope)?;
                let high = self.comparison(expr, &BinaryOperator::LtEq, high, scope)?;
                let not = if *negated { "NOT " } else { "" };
                Ok(format!("({not}({low} AND {high}))"))
            }
            Expr::InList { expr, list, negated } => {
                let operand = self.expression(expr, scope)?;
                let mut items = Vec::new();
                for item in list {
                    items.push(self.expression(item, scope)?);
                }
                let all: Vec<&Typed> = std::iter::once(&operand).chain(&items).collect();
                let (sql_type, _) = common_type(&all, "equal to")?;
                let items: Vec<String> = items.iter().map(|item| compared_as(item, &sql_type).sql).collect();
                let operand = compared_as(&operand, &sql_type).comparable();
                let not = if *negated { "NOT " } else { "" };
                Ok(format!("({operand} {not}IN ({}))", items.join(", ")))
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let operand = self.expression(expr, scope)?;
                let selected = self.query(subquery, Some(scope), Place::Value)?;
                let [column] = selected.columns.as_slice() else {
                    return Err(SqlError::new(
                        116,
                        16,
                        Ends::Batch,
                        "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
                    ));
                };
                let (sql_type, _) = common_type(&[&operand, &column.typed], "equal to")?;
                let alias = self.fresh_alias("q");
                let inner = Typed { sql: format!("{alias}.{}", column.sql_name), ..column.typed.clone() };
                let inner = compared_as(&inner, &sql_type).sql;
                let operand = compared_as(&operand, &sql_type).comparable();
                let not = if *negated { "NOT " } else { "" };
                Ok(format!("({operand} {not}IN (SELECT {inner} FROM ({}) AS {alias}))", selected.sql))
            }
            Expr::Exists { subquery, negated } => {
                let selected = self.query(subquery, Some(scope), Place::Exists)?;
                let not = if *negated { "NOT " } else { "" };
                Ok(format!("({not}EXISTS ({}))", selected.sql))
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                let operand = self.expression(expr, scope)?;
                let pattern = self.expression(pattern, scope)?;
                let escape = match escape_char.as_ref().map(|escape| &escape.value) {
                    None => "NULL".to_owned(),
                    Some(Literal::Placeholder(name)) => super::literal::parameter(name, self.parameters)?.sql,
                    Some(value) => super::literal::literal(value, self.facts)?.sql,
                };
                let (collation, _) = meet(&operand, &pattern, "like")?;
                let is_unicode = operand.sql_type.is_unicode() || pattern.sql_type.is_unicode();
                let kind = if is_unicode { Kind::NVarChar } else { Kind::VarChar };
                let as_text = |typed: &Typed, this: &mut Self| -> String {
                    if typed.sql_type.is_text() || typed.is_null {
                        return typed.sql.clone();
                    }
                    let to = SqlType::sized(Kind::VarChar, 8000).collated(this.facts.collation);
                    super::converted(typed, &to).sql
                };
                let (operand, pattern) = (as_text(&operand, self), as_text(&pattern, self));
                let sql_type = SqlType::sized(kind, 4000).collated(collation).pack();
                let not = if *negated { "NOT " } else { "" };
                Ok(format!("({not}tds_like({operand},{pattern},{escape},{sql_type}))"))
            }
            _ => Err(SqlError::new(
                4145,
                15,
                Ends::Batch,
                format!(
                    "An expression of non-boolean type specified in a context where a condition is expected, near '{expr}'."
                ),
            )),
        }
    }

    pub(crate) fn comparison(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Result<String, SqlError> {
        let (sign, name) = match op {
            BinaryOperator::Eq => ("=", "equal to"),
            BinaryOperator::NotEq => ("<>", "not equal to"),
            BinaryOperator::Lt => ("<", "less than"),
            BinaryOperator::LtEq => ("<=", "less than or equal to"),
            BinaryOperator::Gt => (">", "greater than"),
            BinaryOperator::GtEq => (">=", "greater than or equal to"),
            _ => return Err(SqlError::unknown(format_args!("{op} as a condition"))),
        };
        let left = self.expression(left, scope)?;
        let right = self.expression(right, scope)?;
        let (sql_type, _) = common_type(&[&left, &right], name)?;
        for side in [&left, &right] {
            if side.sql_type.kind == Kind::Xml {
                return Err(SqlError::new(
                    305,
                    16,
                    Ends::Batch,
                    "The xml data type cannot be compared or sorted, except when using the IS NULL operator.",
                ));
            }
            let is_cut_off = sql_type.is_moment() != side.sql_type.is_moment() && !side.is_null;
            if is_cut_off
                && side.sql_type.is_numeric()
                && !matches!(sql_type.kind, Kind::DateTime | Kind::SmallDateTime)
            {
                return Err(SqlError::new(
                    206,
                    16,
                    Ends::Batch,
                    format!("Operand type clash: {} is incompatible with {}", side.sql_type.name(), sql_type.name()),
                ));
            }
        }
        let left = compared_as(&left, &sql_type).comparable();
        let right = compared_as(&right, &sql_type).comparable();
        Ok(format!("({left} {sign} {right})"))
    }
}
