//! The views of the catalogue: `INFORMATION_SCHEMA` and `sys`, as far as a client lists tables, columns and keys with them.

use rusqlite::Connection;
use sqlparser::ast::Ident;

use super::select::{Output, Selected};
use super::{Coercion, Typed, quoted};
use crate::error::SqlError;
use crate::types::collation::Collation;
use crate::types::{Kind, SqlType};

/// The name of a column, its type by a letter, and where it comes from.
/// `n` nvarchar(128), `w` nvarchar(4000), `v` varchar(30), `c` char(2), `l` bigint, `i` int, `s` smallint, `t` tinyint, `b` bit
type Columns = &'static [(&'static str, char, &'static str)];

struct View {
    schema: &'static str,
    name: &'static str,
    columns: Columns,
    from: &'static str,
}

const ALL_TABLES: &str = "main.tds_tables AS t";
const ALL_COLUMNS: &str = "main.tds_columns AS c JOIN main.tds_tables AS t ON t.object_id = c.object_id";

const VIEWS: &[View] = &[
    View {
        schema: "information_schema",
        name: "tables",
        columns: &[
            ("TABLE_CATALOG", 'n', "{database}"),
            ("TABLE_SCHEMA", 'n', "t.schema_name"),
            ("TABLE_NAME", 'n', "t.name"),
            ("TABLE_TYPE", 'v', "'BASE TABLE'"),
        ],
        from: ALL_TABLES,
    },
    View {
        schema: "information_schema",
        name: "columns",
        columns: &[
            ("TABLE_CATALOG", 'n', "{database}"),
            ("TABLE_SCHEMA", 'n', "t.schema_name"),
            ("TABLE_NAME", 'n', "t.name"),
            ("COLUMN_NAME", 'n', "c.name"),
            ("ORDINAL_POSITION", 'i', "c.column_id"),
            ("COLUMN_DEFAULT", 'w', "NULL"),
            ("IS_NULLABLE", 'v', "CASE WHEN c.is_nullable THEN 'YES' ELSE 'NO' END"),
            ("DATA_TYPE", 'n', "c.type_name"),
            ("CHARACTER_MAXIMUM_LENGTH", 'i', "c.character_length"),
            ("CHARACTER_OCTET_LENGTH", 'i', "c.octet_length"),
            ("NUMERIC_PRECISION", 't', "c.numeric_precision"),
            (
                "NUMERIC_PRECISION_RADIX",
                's',
                "CASE WHEN c.numeric_precision IS NULL THEN NULL WHEN c.type_name IN ('real', 'float') THEN 2 ELSE 10 END",
            ),
            ("NUMERIC_SCALE", 'i', "c.numeric_scale"),
            ("DATETIME_PRECISION", 's', "c.datetime_precision"),
            (
                "CHARACTER_SET_NAME",
                'n',
                "CASE WHEN c.collation_name IS NULL THEN NULL WHEN c.type_name LIKE 'n%' THEN 'UNICODE' ELSE 'iso_1' END",
            ),
            ("COLLATION_NAME", 'n', "c.collation_name"),
        ],
        from: ALL_COLUMNS,
    },
    View {
        schema: "sys",
        name: "schemas",
        columns: &[("name", 'n', "s.name"), ("schema_id", 'i', "s.schema_id"), ("principal_id", 'i', "1")],
        from: "main.tds_schemas AS s",
    },
    View { schema: "sys", name: "tables", columns: OBJECT, from: ALL_TABLES },
    View { schema: "sys", name: "objects", columns: OBJECT, from: ALL_TABLES },
    View {
        schema: "sys",
        name: "columns",
        columns: &[
            ("object_id", 'i', "c.object_id"),
            ("name", 'n', "c.name"),
            ("column_id", 'i', "c.column_id"),
            ("system_type_id", 't', "c.system_type_id"),
            ("user_type_id", 'i', "c.system_type_id"),
            ("max_length", 's', "c.max_length"),
            ("precision", 't', "c.precision"),
            ("scale", 't', "c.scale"),
            ("collation_name", 'n', "c.collation_name"),
            ("is_nullable", 'b', "c.is_nullable"),
            ("is_identity", 'b', "c.is_identity"),
            ("is_computed", 'b', "0"),
            ("is_hidden", 'b', "0"),
            ("default_object_id", 'i', "0"),
        ],
        from: ALL_COLUMNS,
    },
    View {
        schema: "sys",
        name: "types",
        columns: &[
            ("name", 'n', "y.name"),
            ("system_type_id", 't', "y.system_type_id"),
            ("user_type_id", 'i', "y.system_type_id"),
            ("schema_id", 'i', "4"),
            ("is_user_defined", 'b', "0"),
        ],
        from: "main.tds_types AS y",
    },
    View {
        schema: "sys",
        name: "indexes",
        columns: &[
            ("object_id", 'i', "x.object_id"),
            ("name", 'n', "x.name"),
            ("index_id", 'i', "x.index_id"),
            ("type", 't', "CASE WHEN x.is_primary_key THEN 1 ELSE 2 END"),
            ("type_desc", 'n', "CASE WHEN x.is_primary_key THEN 'CLUSTERED' ELSE 'NONCLUSTERED' END"),
            ("is_unique", 'b', "x.is_unique"),
            ("is_primary_key", 'b', "x.is_primary_key"),
            ("is_unique_constraint", 'b', "x.is_unique_constraint"),
            ("is_disabled", 'b', "0"),
            ("has_filter", 'b', "0"),
            ("filter_definition", 'w', "NULL"),
            ("ignore_dup_key", 'b', "0"),
        ],
        from: "main.tds_indexes AS x",
    },
    View {
        schema: "sys",
        name: "index_columns",
        columns: &[
            ("object_id", 'i', "k.object_id"),
            ("index_id", 'i', "k.index_id"),
            ("index_column_id", 'i', "k.key_ordinal"),
            ("column_id", 'i', "k.column_id"),
            ("key_ordinal", 't', "k.key_ordinal"),
            ("is_descending_key", 'b', "k.is_descending"),
            ("is_included_column", 'b', "0"),
        ],
        from: "main.tds_index_columns AS k",
    },
    View {
        schema: "sys",
        name: "key_constraints",
        columns: &[
            ("name", 'n', "x.name"),
            ("object_id", 'i', "x.object_id * 1000 + x.index_id"),
            ("schema_id", 'i', "s.schema_id"),
            ("parent_object_id", 'i', "x.object_id"),
            ("type", 'c', "CASE WHEN x.is_primary_key THEN 'PK' ELSE 'UQ' END"),
            ("type_desc", 'n', "CASE WHEN x.is_primary_key THEN 'PRIMARY_KEY_CONSTRAINT' ELSE 'UNIQUE_CONSTRAINT' END"),
            ("unique_index_id", 'i', "x.index_id"),
            ("is_system_named", 'b', "0"),
        ],
        from: "main.tds_indexes AS x JOIN main.tds_tables AS t ON t.object_id = x.object_id JOIN main.tds_schemas AS s ON s.name = t.schema_name WHERE x.is_primary_key OR x.is_unique_constraint",
    },
    // One partition for the rows of each table, which are its heap or its clustered key.
    View {
        schema: "sys",
        name: "partitions",
        columns: &[
            ("partition_id", 'l', "t.object_id"),
            ("object_id", 'i', "t.object_id"),
            (
                "index_id",
                'i',
                "(SELECT count(*) FROM main.tds_indexes AS x WHERE x.object_id = t.object_id AND x.is_primary_key)",
            ),
            ("partition_number", 'i', "1"),
            ("hobt_id", 'l', "t.object_id"),
            ("rows", 'l', "r.rows"),
        ],
        from: "main.tds_tables AS t JOIN ({row counts}) AS r ON r.object_id = t.object_id",
    },
    View {
        schema: "sys",
        name: "extended_properties",
        columns: &[
            ("class", 't', "1"),
            ("class_desc", 'n', "'OBJECT_OR_COLUMN'"),
            ("major_id", 'i', "p.object_id"),
            ("minor_id", 'i', "p.column_id"),
            ("name", 'n', "p.name"),
            // A sql_variant on SQL Server: a client that reads it must cast it, and may.
            ("value", 'w', "p.value"),
        ],
        from: "main.tds_properties AS p",
    },
    View {
        schema: "sys",
        name: "databases",
        columns: &[
            ("name", 'n', "d.name"),
            ("database_id", 'i', "d.database_id"),
            ("collation_name", 'n', "d.collation_name"),
            ("compatibility_level", 't', "160"),
            ("is_read_only", 'b', "0"),
            ("snapshot_isolation_state", 't', "d.snapshot_isolation_state"),
            ("is_read_committed_snapshot_on", 'b', "1"),
        ],
        from: "main.tds_databases AS d",
    },
];

const OBJECT: Columns = &[
    ("name", 'n', "t.name"),
    ("object_id", 'i', "t.object_id"),
    ("schema_id", 'i', "(SELECT schema_id FROM main.tds_schemas WHERE name = t.schema_name)"),
    ("type", 'c', "'U '"),
    ("type_desc", 'n', "'USER_TABLE'"),
    ("is_ms_shipped", 'b', "0"),
    ("temporal_type", 't', "0"),
];

/// How many rows each table has: they are counted when somebody asks.
fn row_counts(connection: &Connection) -> Result<String, SqlError> {
    let mut query = connection.prepare_cached("SELECT object_id, schema_name || '.' || name FROM main.tds_tables")?;
    let counts = query.query_map([], |row| {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("SELECT {id} AS object_id, (SELECT count(*) FROM main.{}) AS rows", quoted(&name)))
    })?;
    let counts = counts.collect::<Result<Vec<_>, _>>()?;
    Ok(if counts.is_empty() { "SELECT 0 AS object_id, 0 AS rows".to_owned() } else { counts.join(" UNION ALL ") })
}

/// The view with this name, if it is one.
pub(crate) fn view(
    connection: &Connection,
    name: &[&Ident],
    database: &str,
    collation: Collation,
) -> Result<Option<Selected>, SqlError> {
    let (schema, name) = match name {
        [schema, name] => (schema, name),
        [catalog, schema, name] if catalog.value.eq_ignore_ascii_case(database) => (schema, name),
        _ => return Ok(None),
    };
    let is_meant =
        |view: &&View| schema.value.eq_ignore_ascii_case(view.schema) && name.value.eq_ignore_ascii_case(view.name);
    let Some(view) = VIEWS.iter().find(is_meant) else { return Ok(None) };
    let from = match view.from.split_once("{row counts}") {
        Some((before, after)) => format!("{before}{}{after}", row_counts(connection)?),
        None => view.from.to_owned(),
    };
    let database = format!("'{}'", database.replace('\'', "''"));
    let mut list = Vec::new();
    let mut columns = Vec::new();
    for (place, (name, letter, source)) in view.columns.iter().enumerate() {
        let sql_name = format!("v{place}");
        list.push(format!("{} AS {sql_name}", source.replace("{database}", &database)));
        let sql_type = match letter {
            'n' => SqlType::sized(Kind::NVarChar, 128),
            'w' => SqlType::sized(Kind::NVarChar, 4000),
            'v' => SqlType::sized(Kind::VarChar, 30),
            'c' => SqlType::sized(Kind::Char, 2),
            'l' => SqlType::plain(Kind::BigInt),
            's' => SqlType::plain(Kind::SmallInt),
            't' => SqlType::plain(Kind::TinyInt),
            'b' => SqlType::plain(Kind::Bit),
            _ => SqlType::plain(Kind::Int),
        };
        let typed = Typed::computed(String::new(), sql_type.collated(collation)).coerced(Coercion::Implicit);
        columns.push(Output { name: (*name).to_owned(), sql_name, typed });
    }
    Ok(Some(Selected { sql: format!("SELECT {} FROM {from}", list.join(", ")), columns }))
}
