//! Types of SQL Server, as `sys.columns` with `sys.types` and `sys.dm_exec_describe_first_result_set` give them.

use wr_base::ty::DataType;

use super::Held;

/// What the catalogue says of a column.
#[derive(Clone, Copy, Debug)]
pub struct SqlServerColumn<'a> {
    /// The name of the system type; what stands in brackets behind it is not looked at.
    pub data_type: &'a str,
    pub precision: u8,
    pub scale: u8,
    /// In bytes; −1 for `max`.
    pub max_length: i16,
    pub collation: Option<&'a str>,
    pub is_nullable: bool,
}

/// A type of SQL Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlServerType {
    /// As a declaration has it: `nvarchar(20)`.
    pub words: String,
    pub nullable: bool,
    pub kind: SqlServerKind,
    /// Of texts.
    pub collation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqlServerKind {
    Bit,
    /// 0 to 255.
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Money,
    SmallMoney,
    Real,
    Float,
    /// `length` in characters of the type; without one, `max`.
    Text {
        /// UTF-16: `nchar`, `nvarchar`.
        national: bool,
        /// `char(n)`: blanks at the end are no part of the text.
        fixed: bool,
        length: Option<u16>,
    },
    /// `text`, `ntext`: no comparison takes them.
    OldText {
        national: bool,
    },
    Xml,
    Date,
    Time {
        scale: u8,
    },
    /// To 1/300 of a second; without a zone.
    DateTime,
    /// To the minute; without a zone.
    SmallDateTime,
    /// Without a zone.
    DateTime2 {
        scale: u8,
    },
    DateTimeOffset {
        scale: u8,
    },
    UniqueIdentifier,
    /// `rowversion`: eight bytes, as text `0x00000000000007D1`.
    RowVersion,
    Other(String),
}

impl SqlServerType {
    /// Reads what the catalogue says; never fails.
    #[must_use]
    pub fn new(column: SqlServerColumn<'_>) -> Self {
        let SqlServerColumn { data_type, precision, scale, max_length, collation, is_nullable } = column;
        let name = data_type.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
        let text = |national: bool, fixed: bool| {
            let length = u16::try_from(max_length).ok();
            SqlServerKind::Text {
                national,
                fixed,
                length: length.map(|bytes| if national { bytes / 2 } else { bytes }),
            }
        };
        let is_scale = scale <= 7;
        let kind = match name.as_str() {
            "bit" => SqlServerKind::Bit,
            "tinyint" => SqlServerKind::TinyInt,
            "smallint" => SqlServerKind::SmallInt,
            "int" => SqlServerKind::Int,
            "bigint" => SqlServerKind::BigInt,
            "decimal" | "numeric" if (1..=38).contains(&precision) && scale <= precision => {
                SqlServerKind::Decimal { precision, scale }
            }
            "money" => SqlServerKind::Money,
            "smallmoney" => SqlServerKind::SmallMoney,
            "real" => SqlServerKind::Real,
            "float" => SqlServerKind::Float,
            "char" => text(false, true),
            "varchar" => text(false, false),
            "nchar" => text(true, true),
            "nvarchar" | "sysname" => text(true, false),
            "text" => SqlServerKind::OldText { national: false },
            "ntext" => SqlServerKind::OldText { national: true },
            "xml" => SqlServerKind::Xml,
            "date" => SqlServerKind::Date,
            "time" if is_scale => SqlServerKind::Time { scale },
            "datetime" => SqlServerKind::DateTime,
            "smalldatetime" => SqlServerKind::SmallDateTime,
            "datetime2" if is_scale => SqlServerKind::DateTime2 { scale },
            "datetimeoffset" if is_scale => SqlServerKind::DateTimeOffset { scale },
            "uniqueidentifier" => SqlServerKind::UniqueIdentifier,
            "rowversion" | "timestamp" => SqlServerKind::RowVersion,
            _ => SqlServerKind::Other(name),
        };
        let words = declaration(&kind);
        Self { words, nullable: is_nullable, kind, collation: collation.map(ToOwned::to_owned) }
    }

    pub(super) fn held(&self) -> Held {
        match &self.kind {
            SqlServerKind::Bit => Held::Exactly(DataType::Bool),
            SqlServerKind::TinyInt | SqlServerKind::SmallInt | SqlServerKind::Int | SqlServerKind::BigInt => {
                Held::Exactly(DataType::Int)
            }
            SqlServerKind::Decimal { precision, scale } => {
                Held::Exactly(DataType::Decimal { precision: *precision, scale: *scale })
            }
            SqlServerKind::Money => Held::Exactly(DataType::Decimal { precision: 19, scale: 4 }),
            SqlServerKind::SmallMoney => Held::Exactly(DataType::Decimal { precision: 10, scale: 4 }),
            SqlServerKind::Real | SqlServerKind::Float => Held::Exactly(DataType::Float),
            SqlServerKind::Text { .. }
            | SqlServerKind::OldText { .. }
            | SqlServerKind::Xml
            | SqlServerKind::RowVersion => Held::Exactly(DataType::Text),
            SqlServerKind::Date => Held::Exactly(DataType::Date),
            SqlServerKind::Time { .. } => Held::Exactly(DataType::Time),
            SqlServerKind::DateTime
            | SqlServerKind::SmallDateTime
            | SqlServerKind::DateTime2 { .. }
            | SqlServerKind::DateTimeOffset { .. } => Held::Exactly(DataType::DateTime),
            SqlServerKind::UniqueIdentifier => Held::Exactly(DataType::Uuid),
            SqlServerKind::Other(name) => match name.as_str() {
                "binary" | "varbinary" | "image" => Held::Not {
                    why: "it holds bytes and no text",
                    cast: "CONVERT(varchar(max), CONVERT(varbinary(max), {}), 1)",
                },
                "sql_variant" => {
                    Held::Not { why: "its values have several types", cast: "CONVERT(nvarchar(4000), {})" }
                }
                "hierarchyid" | "geography" | "geometry" => {
                    Held::Not { why: "it has no counterpart", cast: "{}.ToString()" }
                }
                _ => Held::Not { why: "it has no counterpart", cast: "CONVERT(nvarchar(max), {})" },
            },
        }
    }

    /// Whether an instant of this column has no zone of its own: the connection's zone says what it means.
    #[must_use]
    pub const fn is_naive(&self) -> bool {
        matches!(self.kind, SqlServerKind::DateTime | SqlServerKind::SmallDateTime | SqlServerKind::DateTime2 { .. })
    }

    /// Whether a text of one byte or more a sign is UTF-8. A client that does not say that it reads it is sent what its driver
    /// may take for a code page.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        let is_plain = matches!(self.kind, SqlServerKind::Text { national: false, .. });
        is_plain && self.collation.as_deref().is_some_and(|name| name.to_ascii_uppercase().ends_with("_UTF8"))
    }

    /// Whether the server finds texts equal that differ in case: a hint for `same_text` (B9).
    #[must_use]
    pub fn ignores_case(&self) -> bool {
        let Some(collation) = &self.collation else { return false };
        let parts = || collation.split('_');
        !parts().any(|part| {
            part.eq_ignore_ascii_case("CS") || part.get(..3).is_some_and(|at| at.eq_ignore_ascii_case("BIN"))
        })
    }
}

/// How a declaration writes it.
fn declaration(kind: &SqlServerKind) -> String {
    match kind {
        SqlServerKind::Bit => "bit".to_owned(),
        SqlServerKind::TinyInt => "tinyint".to_owned(),
        SqlServerKind::SmallInt => "smallint".to_owned(),
        SqlServerKind::Int => "int".to_owned(),
        SqlServerKind::BigInt => "bigint".to_owned(),
        SqlServerKind::Decimal { precision, scale } => format!("decimal({precision}, {scale})"),
        SqlServerKind::Money => "money".to_owned(),
        SqlServerKind::SmallMoney => "smallmoney".to_owned(),
        SqlServerKind::Real => "real".to_owned(),
        SqlServerKind::Float => "float".to_owned(),
        SqlServerKind::Text { national, fixed, length } => {
            let national = if *national { "n" } else { "" };
            let varying = if *fixed { "" } else { "var" };
            let length = length.map_or_else(|| "max".to_owned(), |length| length.to_string());
            format!("{national}{varying}char({length})")
        }
        SqlServerKind::OldText { national } => if *national { "ntext" } else { "text" }.to_owned(),
        SqlServerKind::Xml => "xml".to_owned(),
        SqlServerKind::Date => "date".to_owned(),
        SqlServerKind::Time { scale } => format!("time({scale})"),
        SqlServerKind::DateTime => "datetime".to_owned(),
        SqlServerKind::SmallDateTime => "smalldatetime".to_owned(),
        SqlServerKind::DateTime2 { scale } => format!("datetime2({scale})"),
        SqlServerKind::DateTimeOffset { scale } => format!("datetimeoffset({scale})"),
        SqlServerKind::UniqueIdentifier => "uniqueidentifier".to_owned(),
        SqlServerKind::RowVersion => "rowversion".to_owned(),
        SqlServerKind::Other(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(data_type: &str, precision: u8, scale: u8, max_length: i16) -> SqlServerType {
        let collation = data_type.contains("char").then_some("SQL_Latin1_General_CP1_CI_AS");
        SqlServerType::new(SqlServerColumn { data_type, precision, scale, max_length, collation, is_nullable: false })
    }

    #[test]
    fn every_type_is_held_exactly_or_says_how_to_cast_it() {
        // As the documents of sys.columns say: precision, scale, bytes.
        let cases = [
            (column("bit", 1, 0, 1), "bit", Some("bool")),
            (column("tinyint", 3, 0, 1), "tinyint", Some("int")),
            (column("bigint", 19, 0, 8), "bigint", Some("int")),
            (column("numeric", 18, 0, 9), "decimal(18, 0)", Some("decimal(18, 0)")),
            (column("decimal", 38, 10, 17), "decimal(38, 10)", Some("decimal(38, 10)")),
            (column("money", 19, 4, 8), "money", Some("decimal(19, 4)")),
            (column("smallmoney", 10, 4, 4), "smallmoney", Some("decimal(10, 4)")),
            (column("real", 24, 0, 4), "real", Some("float")),
            (column("float", 53, 0, 8), "float", Some("float")),
            (column("varchar", 0, 0, 20), "varchar(20)", Some("text")),
            (column("nvarchar", 0, 0, 40), "nvarchar(20)", Some("text")),
            (column("nvarchar", 0, 0, -1), "nvarchar(max)", Some("text")),
            (column("nchar", 0, 0, 8), "nchar(4)", Some("text")),
            (column("sysname", 0, 0, 256), "nvarchar(128)", Some("text")),
            (column("ntext", 0, 0, 16), "ntext", Some("text")),
            (column("xml", 0, 0, -1), "xml", Some("text")),
            (column("date", 10, 0, 3), "date", Some("date")),
            (column("time", 16, 7, 5), "time(7)", Some("time")),
            (column("datetime", 23, 3, 8), "datetime", Some("datetime")),
            (column("smalldatetime", 16, 0, 4), "smalldatetime", Some("datetime")),
            (column("datetime2(3)", 23, 3, 7), "datetime2(3)", Some("datetime")),
            (column("datetimeoffset", 34, 7, 10), "datetimeoffset(7)", Some("datetime")),
            (column("uniqueidentifier", 0, 0, 16), "uniqueidentifier", Some("uuid")),
            (column("timestamp", 0, 0, 8), "rowversion", Some("text")),
            (column("varbinary", 0, 0, 100), "varbinary", None),
            (column("sql_variant", 0, 0, 8016), "sql_variant", None),
            (column("hierarchyid", 0, 0, 892), "hierarchyid", None),
            (column("decimal", 0, 0, 0), "decimal", None),
        ];
        for (ty, words, expected) in cases {
            assert_eq!(ty.words, words);
            let held = match ty.held() {
                Held::Exactly(data) => Some(data.to_string()),
                Held::Not { .. } => None,
            };
            assert_eq!(held.as_deref(), expected, "{words}");
        }
    }

    #[test]
    fn a_collation_says_whether_case_counts() {
        let ignores = |collation: &str| {
            let column = SqlServerColumn {
                data_type: "varchar",
                precision: 0,
                scale: 0,
                max_length: 10,
                collation: Some(collation),
                is_nullable: true,
            };
            SqlServerType::new(column).ignores_case()
        };
        for collation in ["SQL_Latin1_General_CP1_CI_AS", "Cyrillic_General_CI_AS", "Turkish_100_CI_AI_SC_UTF8"] {
            assert!(ignores(collation), "{collation}");
        }
        for collation in
            ["Latin1_General_BIN2", "Latin1_General_BIN", "Latin1_General_100_CS_AS", "Cyrillic_General_BIN2_UTF8"]
        {
            assert!(!ignores(collation), "{collation}");
        }
    }

    #[test]
    fn only_an_offset_makes_an_instant_of_a_wall_time() {
        assert!(column("datetime2", 27, 7, 8).is_naive());
        assert!(!column("datetimeoffset", 34, 7, 10).is_naive());
        assert!(!column("date", 10, 0, 3).is_naive());
    }
}
