//! Queries: what is selected, grouped, ordered and cut off.

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, LimitClause, OrderBy, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TopQuantity, Value as Literal,
};

use super::{Scope, Source, SourceColumn, Translator, Typed, folded, parts, quoted};
use crate::error::{Ends, SqlError};
use crate::types::Kind;

/// Where a query stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Statement,
    /// `FROM (SELECT …)`: each column needs a name, and an order means nothing.
    Derived,
    Value,
    Exists,
    /// The rows of an INSERT.
    Rows,
}

/// A column of a result: how the client knows it, and how SQLite does.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) sql_name: String,
    pub(crate) typed: Typed,
}

#[derive(Clone, Debug)]
pub(crate) struct Selected {
    pub(crate) sql: String,
    pub(crate) columns: Vec<Output>,
}

struct Key {
    sql: String,
    plain: String,
}

impl Translator<'_> {
    pub(crate) fn query(
        &mut self,
        query: &Query,
        parent: Option<&Scope<'_>>,
        place: Place,
    ) -> Result<Selected, SqlError> {
        let is_plain = query.with.is_none()
            && query.locks.is_empty()
            && query.for_clause.is_none()
            && query.settings.is_none()
            && query.format_clause.is_none()
            && query.pipe_operators.is_empty();
        if !is_plain {
            return Err(SqlError::unknown(format_args!("a part of the query {query}")));
        }
        let ungrouped = std::mem::take(&mut self.ungrouped);
        let aggregates = self.aggregates;
        let selected = match &*query.body {
            SetExpr::Select(select) => self.select(select, query, parent, place),
            SetExpr::Query(inner) if query.order_by.is_none() => self.query(inner, parent, place),
            other => Err(SqlError::unknown(format_args!("the query {other}"))),
        }?;
        // Columns of an outer query count there.
        let inner = std::mem::replace(&mut self.ungrouped, ungrouped);
        self.ungrouped.extend(inner);
        self.aggregates = aggregates;
        Ok(selected)
    }

    fn select(
        &mut self,
        select: &Select,
        query: &Query,
        parent: Option<&Scope<'_>>,
        place: Place,
    ) -> Result<Selected, SqlError> {
        let is_plain = select.into.is_none()
            && select.exclude.is_none()
            && select.lateral_views.is_empty()
            && select.prewhere.is_none()
            && select.connect_by.is_empty()
            && select.cluster_by.is_empty()
            && select.distribute_by.is_empty()
            && select.sort_by.is_empty()
            && select.named_window.is_empty()
            && select.qualify.is_none()
            && select.value_table_mode.is_none()
            && select.select_modifiers.is_none();
        if !is_plain {
            return Err(SqlError::unknown(format_args!("a part of {select}")));
        }
        self.scopes += 1;
        let id = self.scopes;
        let mut scope = Scope { id, sources: Vec::new(), parent, keys: Vec::new() };
        let from = self.from(&select.from, &mut scope)?;
        self.aggregates = 0;
        let filter = select.selection.as_ref().map(|filter| self.predicate(filter, &scope)).transpose()?;
        self.no_aggregates("WHERE clause")?;
        let mut keys = Vec::new();
        match &select.group_by {
            GroupByExpr::Expressions(expressions, modifiers) if modifiers.is_empty() => {
                for expression in expressions {
                    let typed = self.expression(expression, &scope)?;
                    if typed.sql_type.kind == Kind::Xml {
                        return Err(SqlError::new(
                            305,
                            16,
                            Ends::Batch,
                            "The xml data type cannot be compared or sorted.",
                        ));
                    }
                    keys.push(Key { sql: typed.comparable(), plain: typed.sql });
                }
                self.no_aggregates("GROUP BY clause")?;
            }
            other => return Err(SqlError::unknown(format_args!("{other}"))),
        }
        self.ungrouped.retain(|(named, _)| *named != id);
        scope.keys = keys.iter().map(|key| key.plain.clone()).collect();
        let columns = self.projection(&select.projection, &scope, place)?;
        let named_in_list: Vec<_> = self.ungrouped.iter().filter(|(named, _)| *named == id).cloned().collect();
        let having = select.having.as_ref().map(|having| self.predicate(having, &scope)).transpose()?;
        let is_distinct = match &select.distinct {
            None | Some(Distinct::All) => false,
            Some(Distinct::Distinct) => true,
            Some(on) => return Err(SqlError::unknown(format_args!("{on}"))),
        };
        let order = self.order(query.order_by.as_ref(), &columns, &scope, is_distinct)?;
        let is_grouped = !keys.is_empty() || having.is_some() || self.aggregates > 0;
        if is_grouped {
            if let Some((_, name)) = named_in_list.first() {
                return Err(SqlError::new(
                    8120,
                    16,
                    Ends::Batch,
                    format!(
                        "Column '{name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause."
                    ),
                ));
            }
            if let Some((_, name)) = self.ungrouped.iter().find(|(named, _)| *named == id) {
                return Err(SqlError::new(
                    if having.is_some() { 8121 } else { 8127 },
                    16,
                    Ends::Batch,
                    format!(
                        "Column '{name}' is invalid in the HAVING or ORDER BY clause because it is not contained in either an aggregate function or the GROUP BY clause."
                    ),
                ));
            }
        }
        self.ungrouped.retain(|(named, _)| *named != id);
        let limit = self.limit(select, query, &scope, order.is_empty(), place)?;

        let list: Vec<String> = columns
            .iter()
            .map(|column| {
                let value = if is_distinct { column.typed.comparable() } else { column.typed.sql.clone() };
                format!("{value} AS {}", column.sql_name)
            })
            .collect();
        let mut sql = format!("SELECT {}{}", if is_distinct { "DISTINCT " } else { "" }, list.join(", "));
        if !from.is_empty() {
            sql.push_str(&format!(" FROM {from}"));
        }
        if let Some(filter) = filter {
            sql.push_str(&format!(" WHERE {filter}"));
        }
        if !keys.is_empty() {
            let keys: Vec<_> = keys.iter().map(|key| key.sql.clone()).collect();
            sql.push_str(&format!(" GROUP BY {}", keys.join(", ")));
        }
        if let Some(having) = having {
            sql.push_str(&format!(" HAVING {having}"));
        }
        if !order.is_empty() {
            sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
        }
        sql.push_str(&limit);
        Ok(Selected { sql, columns })
    }

    fn no_aggregates(&self, place: &str) -> Result<(), SqlError> {
        if self.aggregates == 0 {
            return Ok(());
        }
        Err(SqlError::new(147, 15, Ends::Batch, format!("An aggregate may not appear in the {place}.")))
    }

    fn projection(&mut self, items: &[SelectItem], scope: &Scope<'_>, place: Place) -> Result<Vec<Output>, SqlError> {
        let mut columns: Vec<Output> = Vec::new();
        for item in items {
            let (name, typed) = match item {
                SelectItem::UnnamedExpr(expr) => (column_name(expr), self.expression(expr, scope)?),
                SelectItem::ExprWithAlias { expr, alias } => (alias.value.clone(), self.expression(expr, scope)?),
                SelectItem::Wildcard(_) => {
                    self.all_columns(&scope.sources, None, scope.id, &mut columns)?;
                    continue;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let wanted = parts(name)?.last().map(|part| part.value.clone()).unwrap_or_default();
                    self.all_columns(&scope.sources, Some(&wanted), scope.id, &mut columns)?;
                    continue;
                }
                other => return Err(SqlError::unknown(format_args!("{other} in a select list"))),
            };
            let sql_name = self.fresh_alias("c");
            columns.push(Output { name, sql_name, typed });
        }
        if place == Place::Derived {
            for (position, column) in columns.iter().enumerate() {
                if column.name.is_empty() {
                    return Err(SqlError::new(
                        8155,
                        16,
                        Ends::Batch,
                        format!("No column name was specified for column {} of a derived table.", position + 1),
                    ));
                }
                let is_double = columns.iter().take(position).any(|other| folded(&other.name) == folded(&column.name));
                if is_double {
                    return Err(SqlError::new(
                        8156,
                        16,
                        Ends::Batch,
                        format!("The column '{}' was specified multiple times for a derived table.", column.name),
                    ));
                }
            }
        }
        Ok(columns)
    }

    fn all_columns(
        &mut self,
        sources: &[Source],
        wanted: Option<&str>,
        scope: usize,
        columns: &mut Vec<Output>,
    ) -> Result<(), SqlError> {
        let mut is_found = false;
        for source in sources {
            if wanted.is_some_and(|wanted| folded(wanted) != folded(&source.name)) {
                continue;
            }
            is_found = true;
            for SourceColumn { name, typed } in &source.columns {
                self.ungrouped.push((scope, name.clone()));
                let sql_name = self.fresh_alias("c");
                columns.push(Output { name: name.clone(), sql_name, typed: typed.clone() });
            }
        }
        if is_found {
            return Ok(());
        }
        Err(SqlError::new(
            107,
            15,
            Ends::Batch,
            "The column prefix before * does not match with a table name or alias name used in the query.",
        ))
    }

    fn order(
        &mut self,
        order_by: Option<&OrderBy>,
        columns: &[Output],
        scope: &Scope<'_>,
        is_distinct: bool,
    ) -> Result<Vec<String>, SqlError> {
        let Some(order_by) = order_by else { return Ok(Vec::new()) };
        let OrderByKind::Expressions(items) = &order_by.kind else { return Err(SqlError::unknown("ORDER BY ALL")) };
        let mut order = Vec::new();
        for item in items {
            if item.options.nulls_first.is_some() || item.with_fill.is_some() || order_by.interpolate.is_some() {
                return Err(SqlError::syntax(format_args!("near '{item}'")));
            }
            let by_name = |ident: &sqlparser::ast::Ident| {
                columns
                    .iter()
                    .find(|column| folded(&column.name) == folded(&ident.value))
                    .map(|column| column.typed.clone())
            };
            let typed = match &item.expr {
                Expr::Value(value) if matches!(value.value, Literal::Number(..)) => {
                    let place: Option<usize> = value.value.to_string().parse().ok();
                    let column = place.and_then(|place| columns.get(place.wrapping_sub(1)));
                    column.map(|column| column.typed.clone()).ok_or_else(|| {
                        SqlError::new(
                            108,
                            16,
                            Ends::Batch,
                            format!("The ORDER BY position number {value} is out of range."),
                        )
                    })?
                }
                Expr::Identifier(ident) if by_name(ident).is_some() => match by_name(ident) {
                    Some(typed) => typed,
                    None => return Err(SqlError::column(&ident.value)),
                },
                expr => self.expression(expr, scope)?,
            };
            if typed.sql_type.kind == Kind::Xml {
                return Err(SqlError::new(305, 16, Ends::Batch, "The xml data type cannot be compared or sorted."));
            }
            if is_distinct && !columns.iter().any(|column| column.typed.sql == typed.sql) {
                return Err(SqlError::new(
                    145,
                    15,
                    Ends::Batch,
                    "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.",
                ));
            }
            let direction = if item.options.asc == Some(false) { " DESC" } else { "" };
            order.push(format!("{}{direction}", typed.comparable()));
        }
        Ok(order)
    }

    fn limit(
        &mut self,
        select: &Select,
        query: &Query,
        scope: &Scope<'_>,
        is_unordered: bool,
        place: Place,
    ) -> Result<String, SqlError> {
        let top = match &select.top {
            None => None,
            Some(top) if top.with_ties || top.percent => return Err(SqlError::unknown("TOP PERCENT or WITH TIES")),
            Some(top) => match &top.quantity {
                Some(TopQuantity::Constant(count)) => Some(count.to_string()),
                Some(TopQuantity::Expr(expr)) => Some(self.row_count(expr, scope)?),
                None => return Err(SqlError::syntax("TOP without a number")),
            },
        };
        let offset = match &query.limit_clause {
            None => None,
            Some(LimitClause::LimitOffset { limit: None, offset: Some(offset), limit_by }) if limit_by.is_empty() => {
                Some(self.row_count(&offset.value, scope)?)
            }
            Some(_) => return Err(SqlError::syntax("near 'LIMIT'")),
        };
        let fetch = match &query.fetch {
            None => None,
            Some(fetch) if fetch.with_ties || fetch.percent => return Err(SqlError::syntax("near 'FETCH'")),
            Some(fetch) => match &fetch.quantity {
                Some(expr) => Some(self.row_count(expr, scope)?),
                None => return Err(SqlError::syntax("FETCH without a number")),
            },
        };
        match (top, offset, fetch) {
            (None, None, None) => {
                let needs_no_order = !matches!(place, Place::Derived | Place::Value | Place::Exists);
                if is_unordered || needs_no_order {
                    return Ok(String::new());
                }
                Err(SqlError::new(
                    1033,
                    15,
                    Ends::Batch,
                    "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
                ))
            }
            (Some(top), None, None) => Ok(format!(" LIMIT {top}")),
            (None, Some(offset), fetch) if !is_unordered => {
                Ok(format!(" LIMIT {} OFFSET {offset}", fetch.unwrap_or_else(|| "-1".to_owned())))
            }
            _ => Err(SqlError::syntax("OFFSET and FETCH need an ORDER BY and no TOP")),
        }
    }

    fn row_count(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<String, SqlError> {
        let empty = Scope { id: scope.id, sources: Vec::new(), parent: None, keys: Vec::new() };
        let typed = self.expression(expr, &empty)?;
        if !typed.sql_type.is_integer() {
            return Err(SqlError::new(
                1060,
                15,
                Ends::Batch,
                "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.",
            ));
        }
        Ok(format!("tds_row_count({})", typed.sql))
    }
}

fn column_name(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(ident) if ident.quote_style.is_some() || !ident.value.starts_with('@') => ident.value.clone(),
        Expr::CompoundIdentifier(idents) => idents.last().map(|ident| ident.value.clone()).unwrap_or_default(),
        Expr::Nested(inner) => column_name(inner),
        Expr::Collate { expr, .. } => column_name(expr),
        _ => String::new(),
    }
}

/// A derived table or a table as a source of its columns.
pub(crate) fn source_of(name: &str, alias: &str, selected: &Selected) -> Source {
    let columns = selected
        .columns
        .iter()
        .map(|column| SourceColumn {
            name: column.name.clone(),
            typed: Typed { sql: format!("{alias}.{}", quoted(&column.sql_name)), ..column.typed.clone() },
        })
        .collect();
    Source { name: name.to_owned(), schema: None, columns }
}
