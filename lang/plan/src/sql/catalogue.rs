//! What a server is asked about its own tables: their columns, and what is cheaply known of their rows.

use wr_base::ty::DataType;
use wr_base::value::Value;

use super::settings::SAFE_SETTINGS;
use super::{Parameter, SqlType, Statement};

/// The columns of a table of ClickHouse, in their order: `name`, `type`, `comment`, `bytes` (of all its values, unpacked, as a
/// text; `0` where the server does not know), and on each row the table's `engine` and
/// the number of its rows as a text, `total_rows` (null where the engine does not keep it). No rows where there is no such
/// table that the user can see.
#[must_use]
pub fn clickhouse_columns(table: &str) -> Statement {
    let (database, name) = table.split_once('.').unwrap_or(("", table));
    let of = |database: &str, name: &str| {
        format!("{database} = if({{d:String}} = '', currentDatabase(), {{d:String}}) AND {name} = {{t:String}}")
    };
    let told = |what: &str| format!("(SELECT any({what}) FROM system.tables WHERE {})", of("database", "name"));
    let text = format!(
        "SELECT name, type, comment, toString(data_uncompressed_bytes) AS bytes, {} AS engine, {} AS total_rows\nFROM system.columns\nWHERE {}\nORDER BY position",
        told("engine"),
        told("toString(total_rows)"),
        of("database", "table"),
    );
    let parameter = |word: &str, value: &str| Parameter {
        name: word.to_owned(),
        value: Some(Value::text(value)),
        ty: SqlType::natural(&DataType::Text),
        type_words: "String".to_owned(),
    };
    Statement { text, parameters: vec![parameter("d", database), parameter("t", name)] }
}

/// All tables of the connection's database that the user can see, column by column: `table`, `about` (the table's comment),
/// `name`, `type`, `comment`.
#[must_use]
pub fn clickhouse_tables() -> Statement {
    let text = "SELECT table, (t.comment) AS about, c.name AS name, c.type AS type, c.comment AS comment\n\
                FROM system.columns AS c\n\
                INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table\n\
                WHERE c.database = currentDatabase() AND NOT startsWith(c.table, '.')\n\
                ORDER BY c.table, c.position";
    Statement { text: text.to_owned(), parameters: Vec::new() }
}

/// The columns of the answer to a statement, without its rows: `name`, `type`.
#[must_use]
pub fn clickhouse_columns_of(statement: &Statement) -> Statement {
    Statement { text: format!("DESCRIBE (\n{}\n)", statement.text), parameters: statement.parameters.clone() }
}

/// How much a statement would read, by table, as texts: `rows`. The server looks at its indexes and reads no row. Nothing where
/// a table keeps no parts that it could count.
#[must_use]
pub fn clickhouse_estimate(statement: &Statement) -> Statement {
    let text = format!("EXPLAIN ESTIMATE\n{}", statement.text);
    Statement { text, parameters: statement.parameters.clone() }
}

/// The settings of the user among [`SAFE_SETTINGS`]: `name`, `value`. A server tells only those that it knows.
#[must_use]
pub fn clickhouse_settings() -> Statement {
    let names = SAFE_SETTINGS.iter().map(|setting| Value::text(setting.name)).collect();
    let parameter = Parameter {
        name: "n".to_owned(),
        value: Some(Value::List(names)),
        ty: SqlType::natural(&DataType::Text),
        type_words: "Array(String)".to_owned(),
    };
    let text = "SELECT name, value\nFROM system.settings\nWHERE has({n:Array(String)}, name)".to_owned();
    Statement { text, parameters: vec![parameter] }
}

/// Who answers, as one row: `version`, `user`, `readonly`.
#[must_use]
pub fn clickhouse_greeting() -> Statement {
    let text =
        "SELECT version() AS version, currentUser() AS user, toString(getSetting('readonly')) AS readonly".to_owned();
    Statement { text, parameters: Vec::new() }
}

/// Has a query stopped, by its id (`{id:String}`).
pub const CLICKHOUSE_KILL: &str = "KILL QUERY WHERE query_id = {id:String} ASYNC";

/// The columns of a table or view of SQL Server, in their order: `name`, `type` (of the system, also where the column's own
/// is another name for it), `precision`, `scale`, `max_length`, `collation_name`, `is_nullable`; what says who fills them,
/// `is_identity`, `is_computed`, `default_object_id` (0: no default); and on each row the number of the table's rows, `rows`
/// (null of a view). No rows where there is no such table that the user can see.
#[must_use]
pub fn sqlserver_columns(table: &str) -> Statement {
    let named = Named::new(table);
    let database = &named.database;
    let text = format!(
        "SELECT [c].[name], COALESCE([b].[name], [o].[name]) AS [type], [c].[precision], [c].[scale], [c].[max_length],\n  \
         [c].[collation_name], [c].[is_nullable], [c].[is_identity], [c].[is_computed], [c].[default_object_id],\n  \
         (SELECT SUM([p].[rows]) FROM {database}[sys].[partitions] AS [p]\n   \
         WHERE [p].[object_id] = OBJECT_ID(@P1) AND [p].[index_id] IN (0, 1)) AS [rows]\n\
         FROM {database}[sys].[columns] AS [c]\n\
         LEFT JOIN {database}[sys].[types] AS [b] ON [b].[user_type_id] = [c].[system_type_id]\n\
         LEFT JOIN {database}[sys].[types] AS [o] ON [o].[user_type_id] = [c].[user_type_id]\n\
         WHERE [c].[object_id] = OBJECT_ID(@P1)\n\
         ORDER BY [c].[column_id]"
    );
    Statement { text, parameters: vec![named.parameter()] }
}

/// What a name of SQL Server's own database stands for: `schema`, `name`, `type` (`U `: a table), and whether the user may
/// add rows, `may_insert`. No rows where there is nothing of this name that the user can see.
#[must_use]
pub fn sqlserver_object(table: &str) -> Statement {
    let text = "SELECT [s].[name] AS [schema], [o].[name] AS [name], [o].[type],\n  \
                HAS_PERMS_BY_NAME(@P1, N'OBJECT', N'INSERT') AS [may_insert]\n\
                FROM [sys].[objects] AS [o]\n\
                INNER JOIN [sys].[schemas] AS [s] ON [s].[schema_id] = [o].[schema_id]\n\
                WHERE [o].[object_id] = OBJECT_ID(@P1)";
    Statement { text: text.to_owned(), parameters: vec![Named::new(table).parameter()] }
}

/// What keeps rows of a table of SQL Server's own database apart, column by column of each key: `index_id`, `name`, `column`,
/// and `ignore_dup_key`, which has the server pass over doubled rows in silence. Only what holds for all rows: no filter,
/// not disabled.
#[must_use]
pub fn sqlserver_unique_keys(table: &str) -> Statement {
    let text = "SELECT [i].[index_id], [i].[name], [c].[name] AS [column], [i].[ignore_dup_key]\n\
                FROM [sys].[indexes] AS [i]\n\
                INNER JOIN [sys].[index_columns] AS [k] ON [k].[object_id] = [i].[object_id] AND [k].[index_id] = [i].[index_id]\n\
                INNER JOIN [sys].[columns] AS [c] ON [c].[object_id] = [k].[object_id] AND [c].[column_id] = [k].[column_id]\n\
                WHERE [i].[object_id] = OBJECT_ID(@P1) AND [i].[is_unique] = 1 AND [i].[has_filter] = 0\n  \
                AND [i].[is_disabled] = 0 AND [k].[key_ordinal] > 0\n\
                ORDER BY [i].[index_id], [k].[key_ordinal]";
    Statement { text: text.to_owned(), parameters: vec![Named::new(table).parameter()] }
}

/// A table's name as SQL Server quotes it.
struct Named {
    /// Each database has a catalogue of its own: empty, or with a point behind it.
    database: String,
    full: String,
}

impl Named {
    fn new(table: &str) -> Self {
        let parts: Vec<String> = table.split('.').map(|part| format!("[{}]", part.replace(']', "]]"))).collect();
        let database = if let [database, _, _] = parts.as_slice() { format!("{database}.") } else { String::new() };
        Self { database, full: parts.join(".") }
    }

    fn parameter(&self) -> Parameter {
        Parameter {
            name: "P1".to_owned(),
            value: Some(Value::text(self.full.as_str())),
            ty: SqlType::natural(&DataType::Text),
            type_words: "nvarchar(max)".to_owned(),
        }
    }
}

/// All tables and views of the connection's database that the user can see, column by column: `object_id` of the table,
/// `type` (`U ` of a table, `V ` of a view), `schema`, `table`, `about` (what the server's people wrote of it), `name`,
/// `comment`, then as [`sqlserver_columns`] from `type` to `is_nullable`.
pub const SQLSERVER_TABLES: &str = "SELECT [t].[object_id], [t].[type], [s].[name] AS [schema], [t].[name] AS [table],
  CAST([a].[value] AS nvarchar(4000)) AS [about], [c].[name], CAST([d].[value] AS nvarchar(4000)) AS [comment],
  COALESCE([b].[name], [o].[name]) AS [stored], [c].[precision], [c].[scale], [c].[max_length], [c].[collation_name],
  [c].[is_nullable]
FROM [sys].[objects] AS [t]
INNER JOIN [sys].[schemas] AS [s] ON [s].[schema_id] = [t].[schema_id]
INNER JOIN [sys].[columns] AS [c] ON [c].[object_id] = [t].[object_id]
LEFT JOIN [sys].[types] AS [b] ON [b].[user_type_id] = [c].[system_type_id]
LEFT JOIN [sys].[types] AS [o] ON [o].[user_type_id] = [c].[user_type_id]
LEFT JOIN [sys].[extended_properties] AS [a] ON [a].[class] = 1 AND [a].[major_id] = [t].[object_id]
  AND [a].[minor_id] = 0 AND [a].[name] = N'MS_Description'
LEFT JOIN [sys].[extended_properties] AS [d] ON [d].[class] = 1 AND [d].[major_id] = [t].[object_id]
  AND [d].[minor_id] = [c].[column_id] AND [d].[name] = N'MS_Description'
WHERE [t].[type] IN (N'U', N'V') AND [t].[is_ms_shipped] = 0
ORDER BY [t].[object_id], [c].[column_id]";

/// What the server keeps unique, column by column: `object_id` of the table, `index_id`, `name` of the column. The primary key
/// of a table comes first, then constraints, then indexes. What holds for some rows only, or is switched off, is left out.
pub const SQLSERVER_KEYS: &str = "SELECT [i].[object_id], [i].[index_id], [c].[name]
FROM [sys].[indexes] AS [i]
INNER JOIN [sys].[index_columns] AS [k] ON [k].[object_id] = [i].[object_id] AND [k].[index_id] = [i].[index_id]
INNER JOIN [sys].[columns] AS [c] ON [c].[object_id] = [k].[object_id] AND [c].[column_id] = [k].[column_id]
WHERE [i].[is_unique] = 1 AND [i].[is_disabled] = 0 AND [i].[has_filter] = 0 AND [k].[is_included_column] = 0
ORDER BY [i].[object_id], [i].[is_primary_key] DESC, [i].[is_unique_constraint] DESC, [i].[index_id], [k].[key_ordinal]";

/// Who answers, as whom we came, and in which database.
pub const SQLSERVER_GREETING: &str = "SELECT @@VERSION AS [version], SUSER_SNAME() AS [login], DB_NAME() AS [database]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_another_database_is_looked_up_there_and_no_name_leaves_its_brackets() {
        let statement = sqlserver_columns("crm.dbo.a]b");
        assert!(statement.text.contains("FROM [crm].[sys].[columns] AS [c]"), "{}", statement.text);
        assert_eq!(statement.parameters[0].value, Some(Value::text("[crm].[dbo].[a]]b]")));
        assert!(sqlserver_columns("users").text.contains("FROM [sys].[columns] AS [c]"));
        let object = sqlserver_object("dbo.a]b");
        assert!(!object.text.contains("a]b"), "{}", object.text);
        assert_eq!(object.parameters[0].value, Some(Value::text("[dbo].[a]]b]")));
    }
}
