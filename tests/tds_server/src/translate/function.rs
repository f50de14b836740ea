//! Functions: their arguments, their types, and the call that SQLite makes.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, OrderByExpr, WindowType,
};

use super::expression::{case, function_substring};
use super::literal::constant_value;
use super::{Coercion, Scope, Translator, Typed, common_type, compared_as, converted, parts};
use crate::error::{Ends, SqlError};
use crate::types::value::Value;
use crate::types::{Kind, MAX, SqlType};

const INT: Kind = Kind::Int;
const BIGINT: Kind = Kind::BigInt;

struct Call<'f> {
    name: String,
    arguments: Vec<&'f Expr>,
    is_distinct: bool,
    has_star: bool,
}

fn call(function: &Function) -> Result<Call<'_>, SqlError> {
    let unknown = || SqlError::unknown(format_args!("the call {function}"));
    let name: Vec<String> = parts(&function.name)?.iter().map(|part| part.value.to_ascii_uppercase()).collect();
    let is_plain = function.filter.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && matches!(function.parameters, FunctionArguments::None);
    if !is_plain {
        return Err(unknown());
    }
    let mut made = Call { name: name.join("."), arguments: Vec::new(), is_distinct: false, has_star: false };
    let list = match &function.args {
        FunctionArguments::None => return Ok(made),
        FunctionArguments::Subquery(_) => return Err(unknown()),
        FunctionArguments::List(list) if list.clauses.is_empty() => list,
        FunctionArguments::List(_) => return Err(unknown()),
    };
    made.is_distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    for argument in &list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => made.arguments.push(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => made.has_star = true,
            _ => return Err(unknown()),
        }
    }
    Ok(made)
}

fn computed_call(name: &str, result: SqlType, arguments: &[&Typed]) -> Typed {
    let mut sql = format!("tds_call('{name}',{}", result.pack());
    for argument in arguments {
        sql.push_str(&format!(",{},{}", argument.sql, argument.sql_type.pack()));
    }
    sql.push(')');
    Typed::computed(sql, result)
}

fn invalid(name: &str, argument: &Typed) -> SqlError {
    SqlError::new(
        8116,
        16,
        Ends::Batch,
        format!(
            "Argument data type {} is invalid for argument 1 of {} function.",
            argument.sql_type.name(),
            name.to_lowercase()
        ),
    )
}

impl Translator<'_> {
    pub(crate) fn function(&mut self, function: &Function, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let made = call(function)?;
        if let Some(over) = &function.over {
            return self.window(&made, over, scope);
        }
        if made.has_star && !matches!(made.name.as_str(), "COUNT" | "COUNT_BIG") {
            return Err(SqlError::syntax(format_args!("near '*' in {}", made.name)));
        }
        if let Some(typed) = self.aggregate(&made, scope)? {
            return Ok(typed);
        }
        if made.is_distinct {
            return Err(SqlError::syntax(format_args!("near 'DISTINCT' in {}", made.name)));
        }
        self.scalar(&made, scope)
    }

    fn window(&mut self, made: &Call<'_>, over: &WindowType, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let WindowType::WindowSpec(spec) = over else { return Err(SqlError::unknown("a named window")) };
        if made.name != "ROW_NUMBER"
            || !made.arguments.is_empty()
            || spec.window_name.is_some()
            || spec.window_frame.is_some()
        {
            return Err(SqlError::unknown(format_args!("{} OVER", made.name)));
        }
        if spec.order_by.is_empty() {
            return Err(SqlError::new(
                4112,
                15,
                Ends::Batch,
                "The function 'ROW_NUMBER' must have an OVER clause with ORDER BY.",
            ));
        }
        let mut sql = "row_number() OVER (".to_owned();
        let mut partition = Vec::new();
        for expr in &spec.partition_by {
            partition.push(self.expression(expr, scope)?.comparable());
        }
        if !partition.is_empty() {
            sql.push_str(&format!("PARTITION BY {} ", partition.join(", ")));
        }
        let mut order = Vec::new();
        for OrderByExpr { expr, options, .. } in &spec.order_by {
            let direction = if options.asc == Some(false) { " DESC" } else { "" };
            order.push(format!("{}{direction}", self.expression(expr, scope)?.comparable()));
        }
        sql.push_str(&format!("ORDER BY {})", order.join(", ")));
        Ok(Typed::computed(sql, SqlType::plain(BIGINT)))
    }

    fn aggregate(&mut self, made: &Call<'_>, scope: &Scope<'_>) -> Result<Option<Typed>, SqlError> {
        let count_type = |name: &str| SqlType::plain(if name == "COUNT" { INT } else { BIGINT });
        let name = made.name.as_str();
        if !matches!(name, "COUNT" | "COUNT_BIG" | "SUM" | "AVG" | "MIN" | "MAX") {
            return Ok(None);
        }
        if made.has_star {
            self.aggregates += 1;
            return Ok(Some(Typed::computed("count(*)".to_owned(), count_type(name))));
        }
        let [argument] = made.arguments.as_slice() else {
            return Err(SqlError::syntax(format_args!("{name} takes one argument")));
        };
        let named_before = self.ungrouped.len();
        let aggregates_before = self.aggregates;
        let unkeyed = Scope { keys: Vec::new(), ..scope.clone() };
        let argument = self.expression(argument, &unkeyed)?;
        if self.aggregates > aggregates_before {
            return Err(SqlError::new(
                130,
                15,
                Ends::Batch,
                "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.",
            ));
        }
        self.ungrouped.truncate(named_before);
        self.aggregates += 1;
        let distinct = if made.is_distinct { "DISTINCT " } else { "" };
        let sql_type = argument.sql_type;
        let refused = || {
            SqlError::new(
                8117,
                16,
                Ends::Batch,
                format!("Operand data type {} is invalid for {} operator.", sql_type.name(), name.to_lowercase()),
            )
        };
        let typed = match name {
            "COUNT" | "COUNT_BIG" => {
                Typed::computed(format!("count({distinct}{})", argument.comparable()), count_type(name))
            }
            "MIN" | "MAX" => {
                if matches!(sql_type.kind, Kind::Bit | Kind::Xml) {
                    return Err(refused());
                }
                Typed::computed(format!("{}({})", name.to_lowercase(), argument.comparable()), sql_type)
                    .coerced(argument.coercion)
            }
            _ => {
                let (suffix, result) = match (name, sql_type.kind) {
                    (_, Kind::TinyInt | Kind::SmallInt | INT) => ("int".to_owned(), SqlType::plain(INT)),
                    (_, BIGINT) => ("bigint".to_owned(), SqlType::plain(BIGINT)),
                    (_, Kind::Real | Kind::Float) => ("float".to_owned(), SqlType::plain(Kind::Float)),
                    (_, Kind::Money | Kind::SmallMoney) => ("money".to_owned(), SqlType::plain(Kind::Money)),
                    ("SUM", Kind::Decimal) => {
                        (format!("decimal_{}", sql_type.scale), SqlType::decimal(38, sql_type.scale))
                    }
                    (_, Kind::Decimal) => {
                        let scale = sql_type.scale.max(6);
                        (format!("decimal_{scale}"), SqlType::decimal(38, scale))
                    }
                    _ => return Err(refused()),
                };
                let sql = format!("tds_{}_{suffix}({distinct}{})", name.to_lowercase(), argument.sql);
                Typed::computed(sql, result)
            }
        };
        Ok(Some(typed))
    }

    fn scalar(&mut self, made: &Call<'_>, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let name = made.name.as_str();
        let count = made.arguments.len();
        let unknown = || {
            SqlError::new(
                195,
                15,
                Ends::Batch,
                format!("'{name}' with {count} arguments is not a function that the TDS test server knows."),
            )
        };
        // The first argument of these is a word, not a value.
        if matches!((name, count), ("DATEADD" | "DATEDIFF" | "DATEDIFF_BIG", 3) | ("DATEPART", 2)) {
            return self.of_part(made, scope);
        }
        if name == "IIF" {
            let [condition, yes, no] = made.arguments.as_slice() else { return Err(unknown()) };
            let condition = self.predicate(condition, scope)?;
            let yes = self.expression(yes, scope)?;
            let no = self.expression(no, scope)?;
            return case(&[(condition, yes)], Some(&no));
        }
        let mut arguments = Vec::new();
        for argument in &made.arguments {
            arguments.push(self.expression(argument, scope)?);
        }
        let text = |value: &str| {
            let sql_type = SqlType::sized(Kind::NVarChar, 128).collated(self.facts.collation);
            constant_value(Value::Text(value.to_owned()), sql_type)
        };
        match (name, arguments.as_slice()) {
            ("COALESCE", [_, _, ..]) => {
                let all: Vec<&Typed> = arguments.iter().collect();
                let (sql_type, coercion) = common_type(&all, "COALESCE")?;
                let parts: Vec<String> = arguments.iter().map(|argument| converted(argument, &sql_type).sql).collect();
                let is_nullable = arguments.iter().all(|argument| argument.is_nullable);
                let typed = Typed::computed(format!("coalesce({})", parts.join(", ")), sql_type).coerced(coercion);
                Ok(Typed { is_nullable, ..typed })
            }
            ("ISNULL", [value, instead]) => {
                let instead = converted(instead, &value.sql_type);
                let typed = Typed::computed(format!("ifnull({}, {})", value.sql, instead.sql), value.sql_type);
                Ok(Typed { is_nullable: value.is_nullable && instead.is_nullable, ..typed.coerced(value.coercion) })
            }
            ("NULLIF", [value, other]) => {
                let (sql_type, _) = common_type(&[value, other], "equal to")?;
                let left = compared_as(value, &sql_type).comparable();
                let right = compared_as(other, &sql_type).comparable();
                let sql = format!("(CASE WHEN {left} = {right} THEN NULL ELSE {} END)", value.sql);
                Ok(Typed::computed(sql, value.sql_type).coerced(value.coercion))
            }
            ("LEN", [value]) => {
                let value = self.as_text(value);
                let kind = if value.sql_type.length == MAX { BIGINT } else { INT };
                Ok(computed_call(name, SqlType::plain(kind), &[&value]))
            }
            ("DATALENGTH", [value]) => {
                let kind = if value.sql_type.length == MAX { BIGINT } else { INT };
                Ok(computed_call(name, SqlType::plain(kind), &[value]))
            }
            ("UPPER" | "LOWER" | "LTRIM" | "RTRIM" | "TRIM", [value]) => self.text_function(name, value.clone()),
            ("SUBSTRING", [value, from, length]) => {
                let int = SqlType::plain(BIGINT);
                function_substring(value, &converted(from, &int), &converted(length, &int))
            }
            ("CHARINDEX", [part, value]) => {
                let kind = if value.sql_type.length == MAX { BIGINT } else { INT };
                let (part, value) = if part.sql_type.is_binary() && value.sql_type.is_binary() {
                    (part.clone(), value.clone())
                } else {
                    let (part, value) = (self.as_text(part), self.as_text(value));
                    let (collation, _) = super::meet(&part, &value, "charindex")?;
                    let collated = |typed: Typed| Typed { sql_type: typed.sql_type.collated(collation), ..typed };
                    (collated(part), collated(value))
                };
                Ok(computed_call(name, SqlType::plain(kind), &[&part, &value]))
            }
            ("YEAR" | "MONTH" | "DAY", [value]) => {
                let value = if value.sql_type.is_text() {
                    converted(value, &SqlType::scaled(Kind::DateTime2, 7))
                } else {
                    value.clone()
                };
                if !value.sql_type.is_moment() || value.sql_type.kind == Kind::Time {
                    return Err(invalid(name, &value));
                }
                Ok(computed_call(name, SqlType::plain(INT), &[&value]))
            }
            ("ABS" | "CEILING" | "FLOOR", [value]) => numeric(name, value),
            ("ROUND", [value, digits]) => round(value, digits, None),
            ("ROUND", [value, digits, how]) => round(value, digits, Some(how)),
            ("DB_NAME", []) => Ok(text(&self.facts.database.clone())),
            ("SUSER_SNAME" | "SUSER_NAME" | "ORIGINAL_LOGIN" | "USER_NAME", []) => {
                Ok(text(&self.facts.user.name.clone()))
            }
            ("SCHEMA_NAME", []) => Ok(text("dbo")),
            ("SYSUTCDATETIME", []) => Ok(self.now(Kind::DateTime2)),
            ("GETDATE" | "GETUTCDATE", []) => Ok(self.now(Kind::DateTime)),
            ("SYSDATETIMEOFFSET", []) => Ok(self.now(Kind::DateTimeOffset)),
            ("XACT_STATE", []) => Ok(constant_value(
                Value::Integer(i64::from(self.facts.transactions > 0)),
                SqlType::plain(Kind::SmallInt),
            )),
            ("OBJECT_ID", [value]) => {
                let value = self.as_text(value);
                self.reads_shared = true;
                let sql = format!(
                    "coalesce((SELECT object_id FROM temp.tds_tables WHERE folded = tds_object_name({0})), (SELECT object_id FROM main.tds_tables WHERE folded = tds_object_name({0})))",
                    value.sql
                );
                Ok(Typed::computed(sql, SqlType::plain(INT)))
            }
            ("SCHEMA_NAME", [value]) => {
                let sql = format!("(SELECT name FROM main.tds_schemas WHERE schema_id = {})", value.sql);
                Ok(Typed::computed(sql, SqlType::sized(Kind::NVarChar, 128).collated(self.facts.collation)))
            }
            ("DATABASEPROPERTYEX", [database, property]) => {
                let typed = computed_call(
                    name,
                    SqlType::sized(Kind::NVarChar, 128),
                    &[&self.as_text(database), &self.as_text(property)],
                );
                Ok(Typed { sql_type: typed.sql_type.collated(self.facts.collation), ..typed })
            }
            ("HAS_PERMS_BY_NAME", [object, class, permission]) => {
                let denied: Vec<String> =
                    self.facts.user.denied.iter().map(|(action, table)| format!("{action}|{table}")).collect();
                let denied = constant_value(Value::Text(denied.join("\n")), SqlType::sized(Kind::NVarChar, MAX));
                let (object, class, permission) = (self.as_text(object), self.as_text(class), self.as_text(permission));
                let answer = computed_call(name, SqlType::plain(INT), &[&object, &class, &permission, &denied]);
                self.reads_shared = true;
                // Of what is not there nothing is known.
                let is_missing = format!(
                    "upper({}) = 'OBJECT' AND NOT EXISTS (SELECT 1 FROM main.tds_tables WHERE folded = tds_object_name({}))",
                    class.sql, object.sql
                );
                let sql = format!("(CASE WHEN {is_missing} THEN NULL ELSE {} END)", answer.sql);
                Ok(Typed { sql, ..answer })
            }
            _ => Err(unknown()),
        }
    }

    fn now(&self, kind: Kind) -> Typed {
        let sql_type = SqlType::scaled(kind, 7);
        let value = match kind {
            Kind::DateTimeOffset => Value::Offset(self.facts.now, 0),
            Kind::DateTime => {
                let rounded = crate::types::moment::round_ticks(self.facts.now, &sql_type);
                Value::Moment(rounded.unwrap_or(self.facts.now))
            }
            _ => Value::Moment(self.facts.now),
        };
        constant_value(value, sql_type)
    }

    fn as_text(&self, typed: &Typed) -> Typed {
        if typed.sql_type.is_text() {
            return typed.clone();
        }
        converted(typed, &SqlType::sized(Kind::VarChar, 8000).collated(self.facts.collation))
    }

    pub(crate) fn text_function(&self, name: &str, value: Typed) -> Result<Typed, SqlError> {
        let value = self.as_text(&value);
        let kind = if value.sql_type.is_unicode() { Kind::NVarChar } else { Kind::VarChar };
        let result = SqlType { kind, ..value.sql_type };
        Ok(computed_call(name, result, &[&value]).coerced(value.coercion))
    }

    pub(crate) fn integer(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let typed = self.expression(expr, scope)?;
        Ok(converted(&typed, &SqlType::plain(BIGINT)))
    }

    pub(crate) fn whole(&mut self, name: &str, expr: &Expr, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let value = self.expression(expr, scope)?;
        numeric(name, &value)
    }

    fn of_part(&mut self, made: &Call<'_>, scope: &Scope<'_>) -> Result<Typed, SqlError> {
        let name = made.name.as_str();
        let Some((Expr::Identifier(part), rest)) = made.arguments.split_first() else {
            return Err(SqlError::syntax(format_args!("{name} begins with the name of a part of a date")));
        };
        let part_word = part.value.to_lowercase();
        let Some(part) = date_part(&part_word) else {
            return Err(SqlError::new(
                155,
                15,
                Ends::Batch,
                format!("'{part_word}' is not a recognized {} option.", name.to_lowercase()),
            ));
        };
        let word = constant_value(Value::Text(part.to_owned()), SqlType::sized(Kind::VarChar, 20));
        let mut values = Vec::new();
        for (place, expr) in rest.iter().enumerate() {
            let value = self.expression(expr, scope)?;
            let value = match (name, place) {
                ("DATEADD", 0) => converted(&value, &SqlType::plain(INT)),
                _ if value.sql_type.is_text() || value.is_null => {
                    converted(&value, &SqlType::scaled(Kind::DateTime2, 7))
                }
                _ if !value.sql_type.is_moment() => return Err(invalid(name, &value)),
                _ => value,
            };
            values.push(value);
        }
        let result = match (name, values.last()) {
            ("DATEADD", Some(moment)) => moment.sql_type,
            ("DATEDIFF_BIG", _) => SqlType::plain(BIGINT),
            _ => SqlType::plain(INT),
        };
        let arguments: Vec<&Typed> = std::iter::once(&word).chain(&values).collect();
        Ok(computed_call(name, result, &arguments).coerced(Coercion::Default))
    }
}

/// The full name of a part of a date.
fn date_part(word: &str) -> Option<&'static str> {
    Some(match word {
        "year" | "yy" | "yyyy" => "year",
        "quarter" | "qq" | "q" => "quarter",
        "month" | "mm" | "m" => "month",
        "day" | "dd" | "d" => "day",
        "dayofyear" | "dy" | "y" => "dayofyear",
        "week" | "wk" | "ww" => "week",
        "iso_week" | "isowk" | "isoww" => "iso_week",
        "weekday" | "dw" => "weekday",
        "hour" | "hh" => "hour",
        "minute" | "mi" | "n" => "minute",
        "second" | "ss" | "s" => "second",
        "millisecond" | "ms" => "millisecond",
        "microsecond" | "mcs" => "microsecond",
        "nanosecond" | "ns" => "nanosecond",
        _ => return None,
    })
}

fn numeric(name: &str, value: &Typed) -> Result<Typed, SqlError> {
    if !value.sql_type.is_numeric() || value.sql_type.kind == Kind::Bit {
        return Err(invalid(name, value));
    }
    let result = match value.sql_type.kind {
        Kind::Decimal if name != "ABS" => SqlType::decimal(value.sql_type.precision, 0),
        Kind::Real => SqlType::plain(if name == "ABS" { Kind::Real } else { Kind::Float }),
        _ => value.sql_type,
    };
    Ok(computed_call(name, result, &[value]))
}

fn round(value: &Typed, digits: &Typed, how: Option<&Typed>) -> Result<Typed, SqlError> {
    if !value.sql_type.is_numeric() || value.sql_type.kind == Kind::Bit {
        return Err(invalid("ROUND", value));
    }
    let result = match value.sql_type.kind {
        Kind::TinyInt | Kind::SmallInt => SqlType::plain(INT),
        Kind::Real => SqlType::plain(Kind::Float),
        _ => value.sql_type,
    };
    let digits = converted(digits, &SqlType::plain(INT));
    let zero = constant_value(Value::Integer(0), SqlType::plain(INT));
    let how = how.map_or(zero, |how| converted(how, &SqlType::plain(INT)));
    Ok(computed_call("ROUND", result, &[value, &digits, &how]))
}
