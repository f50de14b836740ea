//! What is rendered for SQL Server, read by a parser of T-SQL that nobody here wrote; and no value in it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::wildcard_enum_match_arm, reason = "a test")]

use sqlparser::dialect::MsSqlDialect;
use sqlparser::parser::Parser;
use wr_base::ids::{StepId, TableId};
use wr_base::ty::DataType;
use wr_base::value::Zone;
use wr_one_meaning::data;
use wr_one_meaning::predicate::Maker;
use wr_one_meaning::random::Random;
use wr_plan::declaration::Engine;
use wr_plan::physical::{PushedFilter, QueryId, SourceQuery, Support};
use wr_plan::place::capabilities;
use wr_plan::sql::stored::{SqlServerColumn, SqlServerType, StoredType};
use wr_plan::sql::{Asked, Dialect, Live, Request, Selection, ShippedKeys, ask};

const COLLATIONS: &[&str] =
    &["SQL_Latin1_General_CP1_CI_AS", "Cyrillic_General_CI_AS", "Turkish_100_CI_AI_SC_UTF8", "Latin1_General_BIN2"];

/// A type that SQL Server could have for a declared one.
fn stored(random: &mut Random, ty: &DataType) -> StoredType {
    let of = |data_type, precision, scale, max_length| SqlServerColumn {
        data_type,
        precision,
        scale,
        max_length,
        collation: None,
        is_nullable: true,
    };
    let mut column = match ty {
        DataType::Int => *random.of(&[of("tinyint", 3, 0, 1), of("bigint", 19, 0, 8), of("decimal", 18, 0, 9)]),
        DataType::Decimal { precision, scale } => of("decimal", *precision, *scale, 9),
        DataType::Text => *random.of(&[
            of("varchar", 0, 0, 20),
            of("nvarchar", 0, 0, 40),
            of("char", 0, 0, 6),
            of("nchar", 0, 0, 12),
            of("nvarchar", 0, 0, -1),
            of("text", 0, 0, 16),
            of("xml", 0, 0, -1),
            of("timestamp", 0, 0, 8),
        ]),
        DataType::Bool => of("bit", 1, 0, 1),
        DataType::Date => of("date", 10, 0, 3),
        DataType::DateTime => *random.of(&[
            of("datetime", 23, 3, 8),
            of("smalldatetime", 16, 0, 4),
            of("datetime2", 27, 7, 8),
            of("datetimeoffset", 34, 7, 10),
            of("datetimeoffset", 30, 3, 8),
        ]),
        DataType::Uuid => of("uniqueidentifier", 0, 0, 16),
        other => panic!("no column of {other}"),
    };
    if *ty == DataType::Text {
        column.collation = Some(random.of::<&str>(COLLATIONS));
    }
    StoredType::SqlServer(SqlServerType::new(column))
}

fn asked(random: &mut Random, is_known: bool) -> Option<Asked> {
    let depth = random.below(4);
    let predicate = Maker::new(random, data::types()).condition(depth);
    if capabilities::filter(Engine::SqlServer, &predicate).support != Support::Exact {
        return None;
    }
    let table = data::table("dbo.odd]name");
    let all: Vec<_> = (0..data::columns().len()).map(|at| (data::id(at), u32::try_from(at).unwrap())).collect();
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: "crm".into(),
        table: TableId(0),
        columns: all,
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: vec![PushedFilter { step: StepId(0), predicate, support: Support::Exact, placed_by: None }],
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    let columns = (0..).zip(&table.columns).map(|(at, column)| (at, stored(random, &column.ty.data))).collect();
    let live = Live { columns, replaces_rows: false, wall_zone: Zone::parse("Europe/Moscow") };
    let keys = [ShippedKeys { column: 0, table: "#wr_keys_1".into() }];
    let request = Request {
        dialect: Dialect::Transact,
        query: &query,
        table: &table,
        zone: Zone::UTC,
        live: is_known.then_some(&live),
        keys: if random.once_in(4) { &keys } else { &[] },
        value_of: &|_| None,
    };
    Some(ask(&request, &Selection::Columns))
}

#[test]
fn rendered_t_sql_is_read_by_another_parser_and_holds_no_value() {
    let mut random = Random::new(1);
    let mut parsed = 0;
    while parsed < 2_000 {
        let is_known = !random.once_in(3);
        let Some(asked) = asked(&mut random, is_known) else { continue };
        let text = &asked.statement.text;
        if let Err(error) = Parser::parse_sql(&MsSqlDialect {}, text) {
            panic!("{error}\n{text}");
        }
        // The mark behind bytes is the only constant in quotes; numbers are those of casts and truths.
        assert!(!text.replace("N'|'", "").contains('\''), "{text}");
        for parameter in &asked.statement.parameters {
            assert!(text.contains(&format!("@{} ", parameter.name)), "{} is not in\n{text}", parameter.name);
        }
        parsed += 1;
    }
}
