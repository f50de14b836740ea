//! Keys for SQL Server: what is known of a column to the temporary tables that its keys are loaded into.
//!
//! ```text
//! user_id int                           ─►  #wr_keys_1 (k int)
//! phone varchar(20) COLLATE Cyrillic…   ─►  #wr_keys_1 (k varchar(20) COLLATE Cyrillic…), by way of #wr_keys_1_sent (k nvarchar(20) …)
//! ```
//!
//! `k` has the type and the collation of the column, so that the server finds keys in the column's index. Only the server
//! knows its code pages: keys for `varchar` come as UTF-16, and it makes of them what the column would hold. A sign that the
//! code page does not have becomes another one then, which finds more, never less.

use super::super::stored::{SqlServerKind, SqlServerType};

/// The temporary tables of the keys of one column. They are made by a batch: what `sp_executesql` makes goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTables {
    /// Makes them.
    pub create: String,
    /// The one that the keys are loaded into, in brackets.
    pub loaded: String,
    /// What is to be done when they are there.
    pub then: Option<String>,
    pub kind: KeyKind,
}

/// Which keys a column can be equal to: the others need not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Text {
        /// So many units of UTF-16 at most.
        units: Option<u16>,
    },
    Date,
    Uuid,
}

impl KeyTables {
    /// The tables behind `name` (`#wr_keys_1`), for keys that are compared with a column. `None`: it is compared with none.
    #[must_use]
    pub fn new(name: &str, column: &SqlServerType) -> Option<Self> {
        let table = |name: &str, ty: &str| format!("CREATE TABLE [{name}] ([k] {ty} NOT NULL)");
        let only =
            |ty: &str, kind: KeyKind| Self { create: table(name, ty), loaded: format!("[{name}]"), then: None, kind };
        Some(match &column.kind {
            SqlServerKind::TinyInt => only("tinyint", KeyKind::TinyInt),
            SqlServerKind::SmallInt => only("smallint", KeyKind::SmallInt),
            SqlServerKind::Int => only("int", KeyKind::Int),
            SqlServerKind::BigInt => only("bigint", KeyKind::BigInt),
            SqlServerKind::Decimal { precision, scale } => {
                only(&column.words, KeyKind::Decimal { precision: *precision, scale: *scale })
            }
            // The driver sends `money` by way of a floating number.
            SqlServerKind::Money => only("decimal(19, 4)", KeyKind::Decimal { precision: 19, scale: 4 }),
            SqlServerKind::SmallMoney => only("decimal(10, 4)", KeyKind::Decimal { precision: 10, scale: 4 }),
            SqlServerKind::Date => only("date", KeyKind::Date),
            SqlServerKind::UniqueIdentifier => only("uniqueidentifier", KeyKind::Uuid),
            SqlServerKind::Text { national, length, .. } => {
                let kind = KeyKind::Text { units: *length };
                let collation = collation(column)?;
                let unicode = format!("nvarchar({}) COLLATE {collation}", units(*length, 4_000));
                if *national || has_wide_code_page(collation) {
                    return Some(only(&unicode, kind));
                }
                let plain = format!("varchar({})", units(*length, 8_000));
                let sent = format!("{name}_sent");
                Self {
                    create: format!(
                        "{};\n{}",
                        table(name, &format!("{plain} COLLATE {collation}")),
                        table(&sent, &unicode)
                    ),
                    loaded: format!("[{sent}]"),
                    then: Some(format!(
                        "INSERT INTO [{name}] ([k])\n\
                         SELECT DISTINCT CAST([s].[k] AS {plain}) FROM [{sent}] AS [s];\n\
                         DROP TABLE [{sent}]"
                    )),
                    kind,
                }
            }
            // Compared by nobody, or of types that no join of ours has.
            SqlServerKind::OldText { .. }
            | SqlServerKind::Xml
            | SqlServerKind::RowVersion
            | SqlServerKind::Bit
            | SqlServerKind::Real
            | SqlServerKind::Float
            | SqlServerKind::Time { .. }
            | SqlServerKind::DateTime
            | SqlServerKind::SmallDateTime
            | SqlServerKind::DateTime2 { .. }
            | SqlServerKind::DateTimeOffset { .. }
            | SqlServerKind::Other(_) => return None,
        })
    }
}

/// `20`; `max` where the type has no length, or a longer one than it may say.
fn units(length: Option<u16>, most: u16) -> String {
    length.filter(|length| *length <= most).map_or_else(|| "max".to_owned(), |length| length.to_string())
}

/// That of the column: in another one the server refuses to compare. It stands in the text without quotes.
fn collation(column: &SqlServerType) -> Option<&str> {
    let is_word =
        |name: &&str| !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    column.collation.as_deref().filter(is_word)
}

/// Whether `varchar` of a collation has several bytes a sign, and perhaps two forms of the same one: its keys stay UTF-16,
/// and the server reads the column for them.
fn has_wide_code_page(collation: &str) -> bool {
    ["chinese_", "japanese_", "korean_"]
        .iter()
        .any(|begin| collation.get(..begin.len()).is_some_and(|at| at.eq_ignore_ascii_case(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::stored::SqlServerColumn;

    fn column(data_type: &str, max_length: i16, collation: Option<&str>) -> SqlServerType {
        SqlServerType::new(SqlServerColumn {
            data_type,
            precision: 12,
            scale: 2,
            max_length,
            collation,
            is_nullable: true,
        })
    }

    fn tables(column: &SqlServerType) -> (String, String, Option<String>) {
        let tables = KeyTables::new("#wr_keys_1", column).unwrap();
        (tables.create, tables.loaded, tables.then)
    }

    #[test]
    fn keys_have_the_type_and_the_collation_of_the_column() {
        let cyrillic = Some("Cyrillic_General_CI_AS");
        let cases = [
            (column("int", 4, None), "int"),
            (column("tinyint", 1, None), "tinyint"),
            (column("numeric", 9, None), "decimal(12, 2)"),
            (column("money", 8, None), "decimal(19, 4)"),
            (column("date", 3, None), "date"),
            (column("uniqueidentifier", 16, None), "uniqueidentifier"),
            (column("nvarchar", 40, cyrillic), "nvarchar(20) COLLATE Cyrillic_General_CI_AS"),
            (column("nchar", 40, cyrillic), "nvarchar(20) COLLATE Cyrillic_General_CI_AS"),
            (column("nvarchar", -1, cyrillic), "nvarchar(max) COLLATE Cyrillic_General_CI_AS"),
            (column("varchar", 40, Some("Japanese_BIN2")), "nvarchar(40) COLLATE Japanese_BIN2"),
        ];
        for (column, ty) in cases {
            let expected = format!("CREATE TABLE [#wr_keys_1] ([k] {ty} NOT NULL)");
            assert_eq!(tables(&column), (expected, "[#wr_keys_1]".to_owned(), None));
        }
        for other in ["ntext", "xml", "float", "datetime2", "timestamp", "varbinary", "bit"] {
            assert_eq!(KeyTables::new("#wr_keys_1", &column(other, 8, None)), None, "{other}");
        }
        assert_eq!(KeyTables::new("#wr_keys_1", &column("varchar", 8, Some("x AS int); --"))), None);
    }

    #[test]
    fn the_server_makes_the_bytes_of_its_code_page_itself() {
        let cases = [
            (20, "varchar(20)", "nvarchar(20)"),
            (8_000, "varchar(8000)", "nvarchar(max)"),
            (-1, "varchar(max)", "nvarchar(max)"),
        ];
        for (length, plain, unicode) in cases {
            let (create, loaded, then) = tables(&column("varchar", length, Some("Latin1_General_BIN2")));
            let expected = format!(
                "CREATE TABLE [#wr_keys_1] ([k] {plain} COLLATE Latin1_General_BIN2 NOT NULL);\n\
                 CREATE TABLE [#wr_keys_1_sent] ([k] {unicode} COLLATE Latin1_General_BIN2 NOT NULL)"
            );
            assert_eq!((create, loaded), (expected, "[#wr_keys_1_sent]".to_owned()));
            let expected = format!(
                "INSERT INTO [#wr_keys_1] ([k])\n\
                 SELECT DISTINCT CAST([s].[k] AS {plain}) FROM [#wr_keys_1_sent] AS [s];\n\
                 DROP TABLE [#wr_keys_1_sent]"
            );
            assert_eq!(then, Some(expected));
        }
    }
}
