//! What SQLite calls for every conversion, operation and function of T-SQL.
//!
//! None is marked deterministic: SQLite would then work out constant calls before it knows whether a row needs them, and a
//! failure in a branch of CASE that is never taken would become one.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value as Stored;

use super::{calendar, like};
use crate::error::{Ends, SqlError};
use crate::server::Shared;
use crate::types::arithmetic::{Operation, apply};
use crate::types::convert::{ASSIGN, CAST, Manner, convert};
use crate::types::decimal::{Decimal, Digits, fit, power_of_ten};
use crate::types::text::{Overlong, length_in};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

/// What TRY_CAST makes a null of: values that do not convert. That two types do not is an error there, too.
const FAILS_TO_CONVERT: [i32; 11] = [220, 235, 241, 242, 244, 245, 248, 8114, 8115, 8169, 8170];

fn value_at(context: &Context<'_>, place: usize, declared: &SqlType) -> Result<Value, SqlError> {
    Value::load(context.get_raw(place), declared)
}

fn type_at(context: &Context<'_>, place: usize) -> Result<SqlType, rusqlite::Error> {
    Ok(SqlType::unpack(context.get(place)?))
}

fn cast(context: &Context<'_>, manner: Manner) -> Result<Value, rusqlite::Error> {
    let (from, to) = (type_at(context, 1)?, type_at(context, 2)?);
    let value = value_at(context, 0, &from)?;
    Ok(convert(value, &from, &to, manner)?)
}

fn style(context: &Context<'_>) -> Result<Manner, rusqlite::Error> {
    Ok(Manner { style: context.get::<Option<i64>>(3)?.unwrap_or(0), ..CAST })
}

pub(crate) fn register(connection: &Connection, shared: &Arc<Shared>) -> Result<(), SqlError> {
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("tds_cast", 4, flags, |context| Ok(cast(context, style(context)?)?.store()))?;
    connection.create_scalar_function("tds_try_cast", 4, flags, |context| match cast(context, style(context)?) {
        Ok(value) => Ok(value.store()),
        Err(rusqlite::Error::UserFunctionError(error)) => match error.downcast_ref::<SqlError>() {
            Some(told) if FAILS_TO_CONVERT.contains(&told.number) => Ok(Stored::Null),
            _ => Err(rusqlite::Error::UserFunctionError(error)),
        },
        Err(error) => Err(error),
    })?;
    connection.create_scalar_function("tds_assign", 3, flags, |context| Ok(cast(context, ASSIGN)?.store()))?;
    connection.create_scalar_function("tds_arithmetic", 6, flags, |context| {
        let operation = Operation::from_code(context.get(0)?);
        let (left_type, right_type, result) = (type_at(context, 2)?, type_at(context, 4)?, type_at(context, 5)?);
        let left = value_at(context, 1, &left_type)?;
        let right = value_at(context, 3, &right_type)?;
        Ok(apply(operation, (left, left_type), (right, right_type), &result)?.store())
    })?;
    connection.create_scalar_function("tds_like", 4, flags, |context| {
        let sql_type = type_at(context, 3)?;
        let text = |place: usize| context.get::<Option<String>>(place);
        match (text(0)?, text(1)?) {
            (Some(value), Some(pattern)) => Ok(Some(like::like(&value, &pattern, text(2)?.as_deref(), &sql_type)?)),
            _ => Ok(None),
        }
    })?;
    connection.create_scalar_function("tds_row_count", 1, flags, |context| match context.get::<Option<i64>>(0)? {
        Some(count) if count >= 0 => Ok(count),
        _ => Err(SqlError::new(1014, 15, Ends::Batch, "A TOP or FETCH clause contains an invalid value.").into()),
    })?;
    connection.create_scalar_function("tds_object_name", 1, flags, |context| {
        let Some(name) = context.get::<Option<String>>(0)? else { return Ok(None) };
        let plain = name.replace(['[', ']', '"'], "").to_lowercase();
        Ok(Some(if plain.contains('.') || plain.starts_with('#') { plain } else { format!("dbo.{plain}") }))
    })?;
    let versions = Arc::clone(shared);
    connection.create_scalar_function("tds_row_version", 0, flags, move |_| {
        let version = versions.row_version.fetch_add(1, Ordering::Relaxed);
        Ok(Value::Bytes(version.to_be_bytes().to_vec()).store())
    })?;
    connection.create_scalar_function("tds_call", -1, flags, |context| {
        let name: String = context.get(0)?;
        let result = type_at(context, 1)?;
        let mut arguments = Vec::new();
        for place in (2..context.len()).step_by(2) {
            let sql_type = type_at(context, place + 1)?;
            arguments.push((value_at(context, place, &sql_type)?, sql_type));
        }
        Ok(call(&name, &result, &arguments)?.store())
    })?;
    connection.create_aggregate_function("tds_single", 1, flags, Single)?;
    Ok(())
}

/// The value of a subquery that must give one row at most.
struct Single;

impl rusqlite::functions::Aggregate<Option<Stored>, Stored> for Single {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<Stored>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, so_far: &mut Option<Stored>) -> rusqlite::Result<()> {
        if so_far.is_some() {
            return Err(SqlError::new(512, 16, Ends::Statement, "Subquery returned more than 1 value.").into());
        }
        *so_far = Some(Stored::from(context.get_raw(0)));
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, so_far: Option<Option<Stored>>) -> rusqlite::Result<Stored> {
        Ok(so_far.flatten().unwrap_or(Stored::Null))
    }
}

fn call(name: &str, result: &SqlType, arguments: &[(Value, SqlType)]) -> Result<Value, SqlError> {
    let null_in = |count: usize| arguments.iter().take(count).any(|(value, _)| *value == Value::Null);
    if name != "HAS_PERMS_BY_NAME" && null_in(arguments.len()) {
        return Ok(Value::Null);
    }
    let unknown = || SqlError::unknown(format_args!("the call of {name}"));
    let integer = |count: usize| i64::try_from(count).map(Value::Integer).map_err(|_| SqlError::overflow("int"));
    match (name, arguments) {
        ("LEN", [(Value::Text(text), sql_type)]) => {
            integer(length_in(text.trim_end_matches(' '), &SqlType { kind: Kind::NVarChar, ..*sql_type }))
        }
        ("DATALENGTH", [(value, sql_type)]) => integer(byte_length(value, sql_type)?),
        ("UPPER", [(Value::Text(text), _)]) => Ok(Value::Text(simple_case(text, true))),
        ("LOWER", [(Value::Text(text), _)]) => Ok(Value::Text(simple_case(text, false))),
        ("LTRIM", [(Value::Text(text), _)]) => Ok(Value::Text(text.trim_start_matches(' ').to_owned())),
        ("RTRIM", [(Value::Text(text), _)]) => Ok(Value::Text(text.trim_end_matches(' ').to_owned())),
        ("TRIM", [(Value::Text(text), _)]) => Ok(Value::Text(text.trim_matches(' ').to_owned())),
        ("SUBSTRING", [value, (Value::Integer(from), _), (Value::Integer(length), _)]) => {
            substring(value, *from, *length)
        }
        ("CHARINDEX", [(Value::Bytes(part), _), (Value::Bytes(bytes), _)]) => {
            // Byte by byte, as Microsoft's KB 276195 says.
            let place = (!part.is_empty()).then(|| bytes.windows(part.len()).position(|window| window == part));
            integer(place.flatten().map_or(0, |place| place + 1))
        }
        ("CHARINDEX", [(Value::Text(part), part_type), (Value::Text(text), sql_type)]) => {
            let is_unicode = part_type.is_unicode() || sql_type.is_unicode();
            let kind = if is_unicode { Kind::NVarChar } else { Kind::VarChar };
            integer(like::position(part, text, &SqlType { kind, ..*sql_type }))
        }
        ("ABS" | "FLOOR" | "CEILING", [value]) => whole(name, value, result),
        ("ROUND", [value, (Value::Integer(digits), _), (Value::Integer(how), _)]) => {
            round(value, *digits, if *how == 0 { Digits::Round } else { Digits::Cut }, result)
        }
        ("YEAR" | "MONTH" | "DAY", [(value, sql_type)]) => calendar::part(&name.to_lowercase(), value, sql_type),
        ("DATEPART", [(Value::Text(part), _), (value, sql_type)]) => calendar::part(part, value, sql_type),
        ("DATEADD", [(Value::Text(part), _), (Value::Integer(count), _), (value, sql_type)]) => {
            calendar::add(part, *count, value, sql_type)
        }
        ("DATEDIFF" | "DATEDIFF_BIG", [(Value::Text(part), _), from, to]) => {
            calendar::difference(part, from, to, result)
        }
        ("DATABASEPROPERTYEX", [_, (Value::Text(property), _)]) => {
            let value = match property.to_ascii_lowercase().as_str() {
                "updateability" => "READ_WRITE",
                "status" => "ONLINE",
                _ => return Ok(Value::Null),
            };
            Ok(Value::Text(value.to_owned()))
        }
        ("HAS_PERMS_BY_NAME", [(object, _), (class, _), (permission, _), (Value::Text(denied), _)]) => {
            permission_of(object, class, permission, denied)
        }
        _ => Err(unknown()),
    }
}

fn permission_of(object: &Value, class: &Value, permission: &Value, denied: &str) -> Result<Value, SqlError> {
    let Value::Text(permission) = permission else { return Ok(Value::Null) };
    let permission = permission.to_ascii_uppercase();
    let object = match (object, class) {
        (Value::Null, Value::Null) => "*".to_owned(),
        (Value::Text(object), Value::Text(class)) if class.eq_ignore_ascii_case("OBJECT") => {
            let plain = object.replace(['[', ']', '"'], "").to_lowercase();
            if plain.contains('.') { plain } else { format!("dbo.{plain}") }
        }
        (_, Value::Text(class)) if class.eq_ignore_ascii_case("DATABASE") => "*".to_owned(),
        _ => return Err(SqlError::unknown("this class of HAS_PERMS_BY_NAME")),
    };
    let is_denied = denied.lines().any(|line| {
        line.split_once('|').is_some_and(|(action, table)| action == permission && (table == "*" || table == object))
    });
    Ok(Value::Integer(i64::from(!is_denied)))
}

fn byte_length(value: &Value, sql_type: &SqlType) -> Result<usize, SqlError> {
    let mut out = Vec::new();
    if sql_type.is_text() {
        let Value::Text(text) = value else { return Err(SqlError::internal("a text that is none")) };
        let units = length_in(text, sql_type);
        return Ok(if sql_type.is_unicode() { 2 * units } else { units });
    }
    let form = crate::wire::type_info::Form::Fixed(0);
    crate::wire::value_out::write(&mut out, value, sql_type, form)?;
    Ok(out.len())
}

/// One character for one, as SQL Server does: the sharp s has no capital.
fn simple_case(text: &str, is_upper: bool) -> String {
    let change = |character: char| {
        let mut changed =
            if is_upper { Changed::Up(character.to_uppercase()) } else { Changed::Low(character.to_lowercase()) };
        match (changed.next(), changed.next()) {
            (Some(only), None) => only,
            _ => character,
        }
    };
    text.chars().map(change).collect()
}

enum Changed {
    Up(std::char::ToUppercase),
    Low(std::char::ToLowercase),
}

impl Iterator for Changed {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Changed::Up(all) => all.next(),
            Changed::Low(all) => all.next(),
        }
    }
}

fn substring((value, _): &(Value, SqlType), from: i64, length: i64) -> Result<Value, SqlError> {
    if length < 0 {
        return Err(SqlError::new(
            537,
            16,
            Ends::Statement,
            "Invalid length parameter passed to the LEFT or SUBSTRING function.",
        ));
    }
    // A start before the text eats of the length.
    let end = from.saturating_add(length).max(1) - 1;
    let start = from.max(1) - 1;
    let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
    match value {
        Value::Text(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            let (start, end) = (start.min(units.len()), end.min(units.len()));
            Ok(Value::Text(String::from_utf16_lossy(units.get(start..end).unwrap_or_default())))
        }
        Value::Bytes(bytes) => {
            let (start, end) = (start.min(bytes.len()), end.min(bytes.len()));
            Ok(Value::Bytes(bytes.get(start..end).unwrap_or_default().to_vec()))
        }
        _ => Err(SqlError::unknown("this SUBSTRING")),
    }
}

fn whole(name: &str, (value, sql_type): &(Value, SqlType), result: &SqlType) -> Result<Value, SqlError> {
    let changed = match value {
        Value::Integer(value) if name == "ABS" => {
            let value = num_bigint::BigInt::from(*value);
            let value = if value < num_bigint::BigInt::from(0) { -value } else { value };
            return crate::types::convert::in_range(&value, result).map(Value::Integer);
        }
        Value::Integer(value) => Value::Integer(*value),
        Value::Float(value) => Value::Float(match name {
            "ABS" => value.abs(),
            "FLOOR" => value.floor(),
            _ => value.ceil(),
        }),
        Value::Decimal(value) if name == "ABS" => Value::Decimal(Decimal { unscaled: value.unscaled.abs(), ..*value }),
        Value::Decimal(value) => {
            let divisor = 10_i128.pow(u32::from(value.scale));
            let floor = value.unscaled.div_euclid(divisor);
            let is_whole = value.unscaled.rem_euclid(divisor) == 0;
            let unscaled = if name == "FLOOR" || is_whole { floor } else { floor + 1 };
            Value::Decimal(Decimal { unscaled, scale: 0 })
        }
        _ => return Err(SqlError::unknown(format_args!("{name} of {sql_type}"))),
    };
    let own = if let Value::Decimal(decimal) = &changed { SqlType::decimal(38, decimal.scale) } else { *sql_type };
    convert(changed, &own, result, CAST)
}

fn round((value, sql_type): &(Value, SqlType), digits: i64, how: Digits, result: &SqlType) -> Result<Value, SqlError> {
    let digits = digits.clamp(-40, 40);
    match value {
        Value::Float(value) => {
            let factor = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
            let scaled = value * factor;
            let rounded = if how == Digits::Round { scaled.round() } else { scaled.trunc() };
            let rounded = if scaled.is_finite() { rounded / factor } else { *value };
            crate::types::convert::finite(rounded, result)
        }
        Value::Integer(_) | Value::Decimal(_) => {
            let exact = match value {
                Value::Integer(value) => Decimal::of(*value),
                Value::Decimal(value) => *value,
                _ => return Err(SqlError::unknown("ROUND of this")),
            };
            let scale = i64::from(exact.scale);
            let rounded = if digits >= scale {
                exact.big()
            } else {
                let cut = power_of_ten(u32::try_from(scale - digits).unwrap_or(0));
                let shape = SqlType::decimal(38, 0);
                let units = fit(&exact.big(), u32::try_from(scale - digits).unwrap_or(0), &shape, how)?;
                units.big() * cut
            };
            let shape = if result.is_integer() { SqlType::decimal(38, 0) } else { result.as_decimal() };
            let fitted = fit(&rounded, u32::from(exact.scale), &shape, Digits::Round)
                .map_err(|_| SqlError::overflow(sql_type.name()))?;
            convert(Value::Decimal(fitted), &shape, result, Manner { style: 0, overlong: Overlong::Cut })
        }
        _ => Err(SqlError::unknown(format_args!("ROUND of {sql_type}"))),
    }
}
