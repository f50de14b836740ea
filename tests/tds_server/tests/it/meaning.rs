//! What T-SQL means to SQL Server, where SQLite would say something else.

use wr_tds_server::{Options, TdsServer};

use crate::support::*;

/// Expressions and their texts, by SQL Server's documentation.
const EXPRESSIONS: &[(&str, Option<&str>)] = &[
    ("7 / 2", Some("3")),
    ("-7 / 2", Some("-3")),
    ("-7 % 3", Some("-1")),
    ("7.0 / 2", Some("3.500000")),
    ("2.0 / 3", Some("0.666666")),
    ("CAST(1 AS decimal(38,10)) * CAST(3 AS decimal(38,10))", Some("3.000000")),
    ("0.1 + 0.2", Some("0.3")),
    ("CAST(0.1 AS float) + 0.2", Some("0.3")),
    ("CAST(2.5 AS int)", Some("2")),
    ("CAST(-2.5 AS decimal(5,0))", Some("-3")),
    ("CAST(CAST(2.5 AS money) AS int)", Some("3")),
    ("ROUND(2.345, 2)", Some("2.350")),
    ("ROUND(1234, -2)", Some("1200")),
    ("FLOOR(-1.5)", Some("-2")),
    ("CEILING(-1.5)", Some("-1")),
    ("LEN(N'ab  ')", Some("2")),
    ("DATALENGTH(N'ab  ')", Some("8")),
    ("LEN(N'😀')", Some("2")),
    ("SUBSTRING(N'abcdef', 0, 3)", Some("ab")),
    ("UPPER(N'straße ёж')", Some("STRAßE ЁЖ")),
    ("LTRIM(RTRIM(N'  a b  '))", Some("a b")),
    ("N'a' + NULL", None),
    ("COALESCE(NULL, 2, 3)", Some("2")),
    ("CASE WHEN NULL = NULL THEN 1 ELSE 0 END", Some("0")),
    ("CASE WHEN N'Straw ' = N'sTRAW' THEN 1 ELSE 0 END", Some("1")),
    ("CASE WHEN N'a' = N'A' COLLATE Latin1_General_100_BIN2 THEN 1 ELSE 0 END", Some("0")),
    ("CASE WHEN N'a' = N'a ' COLLATE Latin1_General_100_BIN2 THEN 1 ELSE 0 END", Some("1")),
    ("CASE WHEN CAST(N'a' AS varbinary(max)) = CAST(N'a ' AS varbinary(max)) THEN 1 ELSE 0 END", Some("0")),
    // Bytes that differ in trailing zeros only are equal to SQL Server.
    ("CASE WHEN 0x01 = 0x0100 THEN 1 ELSE 0 END", Some("1")),
    ("CASE WHEN N'10' = 10 THEN 1 ELSE 0 END", Some("1")),
    ("CASE WHEN N'a%b' LIKE N'a\\%b' ESCAPE N'\\' THEN 1 ELSE 0 END", Some("1")),
    ("CHARINDEX(N'B', N'abc')", Some("2")),
    ("CHARINDEX(CAST(N'B' AS varbinary(max)), CAST(N'abc' AS varbinary(max)))", Some("0")),
    ("CHARINDEX(0x02, 0x0102)", Some("2")),
    ("CONVERT(varchar(18), CAST(CAST(258 AS int) AS varbinary(8)), 1)", Some("0x00000102")),
    ("CAST(N'Ж' COLLATE Cyrillic_General_CI_AS AS varchar(10))", Some("Ж")),
    ("TRY_CAST(N'x' AS int)", None),
    ("TRY_CAST(N'2026-02-30' AS date)", None),
    ("CAST(N'2026-11-27T10:20:30.1234567' AS datetime2(3))", Some("2026-11-27 10:20:30.123")),
    ("CAST(N'2026-11-27T23:59:59.9999999' AS datetime2(0))", Some("2026-11-28 00:00:00")),
    ("DATEADD(month, 1, CAST(N'2026-01-31' AS date))", Some("2026-02-28")),
    (
        "DATEDIFF_BIG(microsecond, CAST(N'2026-01-01' AS datetime2(7)), CAST(N'2026-01-02' AS datetime2(7)))",
        Some("86400000000"),
    ),
    ("YEAR(CAST(N'2026-01-31' AS date))", Some("2026")),
    (
        "CASE WHEN CAST(N'2026-01-01T12:00:00+03:00' AS datetimeoffset(0)) = CAST(N'2026-01-01T09:00:00Z' AS datetimeoffset(0)) THEN 1 ELSE 0 END",
        Some("1"),
    ),
    ("HAS_PERMS_BY_NAME(N'dbo.missing', N'OBJECT', N'INSERT')", None),
    ("HAS_PERMS_BY_NAME(NULL, NULL, N'CREATE TABLE')", Some("1")),
];

#[test]
fn expressions_mean_what_they_mean_to_sql_server() {
    run(async {
        let contract = Contract::new();
        let mut client = contract.connect().await;
        for (expression, expected) in EXPRESSIONS {
            assert_eq!(text(&mut client, expression).await.as_deref(), *expected, "{expression}");
        }
    });
}

#[test]
fn errors_have_the_numbers_of_sql_server() {
    run(async {
        let contract = Contract::new();
        let batch = "CREATE TABLE [dbo].[wr_contract_e] ([a] tinyint NOT NULL, [b] nvarchar(2), [c] varchar(9) COLLATE Cyrillic_General_CI_AS,
            CONSTRAINT [wr_contract_e_pk] PRIMARY KEY ([a])); INSERT INTO [wr_contract_e] ([a]) VALUES (1)";
        let mut client = contract.with_table("wr_contract_e", batch).await;
        rows(&mut client, "CREATE UNIQUE INDEX [u_b] ON [dbo].[wr_contract_e] ([b])").await.unwrap();
        let values: Vec<String> = (0..1001).map(|_| "(1)".to_owned()).collect();
        let many = format!("INSERT INTO [t] ([a]) VALUES {}", values.join(","));
        let cases = [
            ("SELECT 1/0", 8134),
            ("SELECT CAST(300 AS tinyint)", 220),
            ("SELECT 2147483647 + 1", 8115),
            ("SELECT CAST(123.45 AS decimal(4,2))", 8115),
            ("SELECT CAST(N'x' AS int)", 245),
            ("SELECT CAST(N'x' AS decimal(5,2))", 8114),
            ("SELECT CAST(N'x' AS date)", 241),
            ("SELECT CAST(N'x' AS uniqueidentifier)", 8169),
            ("SELECT * FROM [nowhere]", 208),
            ("SELECT [nothing] FROM [t]", 207),
            ("SELECT [x].[a] FROM [t]", 4104),
            ("SELECT [a], COUNT_BIG(*) FROM [t]", 8120),
            ("SELECT [a] FROM [t] WHERE [b] = [c]", 468),
            ("INSERT INTO [t] ([a], [b]) VALUES (1, N'x')", 2627),
            ("INSERT INTO [t] ([a]) VALUES (2)", 2601),
            ("INSERT INTO [t] ([a]) VALUES (NULL)", 515),
            ("INSERT INTO [t] ([a], [b]) VALUES (2, N'abc')", 2628),
            (many.as_str(), 10738),
            ("SELECT [a] FROM", 102),
            ("SELECT @P1", 137),
            ("COMMIT TRANSACTION", 3902),
            ("SELECT SUM([b]) FROM [t]", 8117),
            ("SELECT [d].[a] FROM (SELECT [a] FROM [t] ORDER BY [a]) AS [d]", 1033),
            ("SELECT DISTINCT [a] FROM [t] ORDER BY [b]", 145),
            ("SELECT [a] FROM [t] WHERE COUNT_BIG(*) > 1", 147),
            ("SELECT [a] FROM [t] WHERE [a]", 4145),
            ("SELECT TRY_CAST(CAST(1 AS int) AS date)", 529),
            ("SELECT (SELECT [x] FROM (VALUES (1), (2)) AS [v] ([x]))", 512),
        ];
        for (batch, expected) in cases {
            let batch = batch.replace("[t]", "[dbo].[wr_contract_e]").replace("[x].[a] FROM", "[y].[a] FROM");
            assert_eq!(error_of(&mut client, &batch).await, expected, "{batch}");
        }
    });
}

#[test]
fn what_is_not_known_is_refused() {
    run(async {
        let server = server();
        let mut client = connect(&server).await;
        let cases = [
            ("SELECT 1 UNION ALL SELECT 2", 50000),
            ("SELECT SOUNDEX(N'x')", 195),
            ("DECLARE @a int", 50000),
            ("SELECT 1 LIMIT 1", 102),
            ("SELECT COUNT_BIG(*) OVER (ORDER BY [a]) FROM (VALUES (1)) AS [v] ([a])", 50000),
            ("MERGE INTO [t] USING [u] ON 1 = 1 WHEN MATCHED THEN DELETE;", 50000),
            ("WITH [c] AS (SELECT 1 AS [a]) SELECT [a] FROM [c]", 50000),
            ("SET ANSI_NULLS OFF", 50000),
            ("EXEC sp_who", 50000),
        ];
        for (batch, expected) in cases {
            assert_eq!(error_of(&mut client, batch).await, expected, "{batch}");
        }
        assert_eq!(text(&mut client, "DB_NAME()").await.as_deref(), Some("test"));
        assert_eq!(text(&mut client, "SUSER_SNAME()").await.as_deref(), Some("sa"));
    });
}

#[test]
fn texts_group_join_and_sort_by_their_collation() {
    run(async {
        let contract = Contract::new();
        let batch = "CREATE TABLE [dbo].[wr_contract_t] ([a] nvarchar(10), [b] nvarchar(10) COLLATE Latin1_General_100_BIN2, [n] decimal(9,2));
            INSERT INTO [wr_contract_t] ([a], [b], [n]) VALUES (N'x', N'x', 1), (N'X ', N'X ', 2.5), (NULL, NULL, NULL), (N'b', N'B', 1)";
        let mut client = contract.with_table("wr_contract_t", batch).await;
        let counted = "SELECT COUNT_BIG(DISTINCT [a]), COUNT_BIG(DISTINCT [b]), COUNT_BIG([a]) FROM [wr_contract_t]";
        let counted = rows(&mut client, counted).await.unwrap();
        assert_eq!((counted[0].get(0), counted[0].get(1), counted[0].get(2)), (Some(2_i64), Some(3_i64), Some(3_i64)));
        let grouped = "SELECT [a], SUM([n]) AS [s], AVG([n]) AS [m] FROM [wr_contract_t] GROUP BY [a] ORDER BY [a]";
        let grouped = rows(&mut client, grouped).await.unwrap();
        let sums: Vec<Option<String>> =
            grouped.iter().map(|row| row.get::<tiberius::numeric::Numeric, _>(1).map(|sum| sum.to_string())).collect();
        assert_eq!(sums, [None, Some("1.00".into()), Some("3.50".into())]);
        assert_eq!(grouped[2].get::<tiberius::numeric::Numeric, _>(2).unwrap().to_string(), "1.750000");
        let sorted = "SELECT [b] FROM [wr_contract_t] ORDER BY CASE WHEN [b] IS NULL THEN 1 ELSE 0 END, [b] DESC";
        let sorted = rows(&mut client, sorted).await.unwrap();
        let sorted: Vec<Option<&str>> = sorted.iter().map(|row| row.get(0)).collect();
        assert_eq!(sorted, [Some("x"), Some("X "), Some("B"), None]);
        let joined =
            "SELECT [l].[a] FROM [wr_contract_t] AS [l] INNER JOIN [wr_contract_t] AS [r] ON [l].[a] = [r].[a]";
        assert_eq!(rows(&mut client, joined).await.unwrap().len(), 5);
    });
}

#[test]
fn rows_are_cut_off_and_numbered() {
    run(async {
        let server = server();
        server.execute("CREATE TABLE [t] ([a] int NOT NULL, [g] int NOT NULL)").unwrap();
        server.insert_rows("t", &["a", "g"], (0..100).map(|n| vec![n.into(), (n % 3).into()])).unwrap();
        let mut client = connect(&server).await;
        let page = rows(&mut client, "SELECT [a] FROM [t] ORDER BY [a] DESC OFFSET 5 ROWS FETCH NEXT 3 ROWS ONLY")
            .await
            .unwrap();
        let page: Vec<i32> = page.iter().filter_map(|row| row.get(0)).collect();
        assert_eq!(page, [94, 93, 92]);
        let page = "SELECT [a] FROM [t] ORDER BY [a] DESC OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY";
        let page = client.query(page, &[&98_i64, &5_i64]).await.unwrap().into_first_result().await.unwrap();
        assert_eq!(page.len(), 2);
        let top = client
            .query("SELECT TOP (@P1) [a] FROM [t] ORDER BY [a]", &[&2_i64])
            .await
            .unwrap()
            .into_first_result()
            .await
            .unwrap();
        assert_eq!(top.len(), 2);
        let batch = "SELECT [d].[a] FROM (SELECT [a], ROW_NUMBER() OVER (PARTITION BY [g] ORDER BY [a] DESC) AS [r] FROM [t]) AS [d] WHERE [d].[r] = 1 ORDER BY [d].[a]";
        let last: Vec<i32> = rows(&mut client, batch).await.unwrap().iter().filter_map(|row| row.get(0)).collect();
        assert_eq!(last, [97, 98, 99]);
    });
}

#[test]
fn temporary_tables_have_the_collation_of_their_own_database() {
    run(async {
        let options = Options { temporary_collation: "Latin1_General_CI_AS".to_owned(), ..Options::default() };
        let server = TdsServer::start(options).unwrap();
        server.execute("CREATE TABLE [t] ([a] nvarchar(9))").unwrap();
        let mut client = connect(&server).await;
        let create =
            "CREATE TABLE [#own] ([k] nvarchar(9)); CREATE TABLE [#same] ([k] nvarchar(9) COLLATE DATABASE_DEFAULT)";
        rows(&mut client, create).await.unwrap();
        let join = |name: &str| format!("SELECT 1 FROM [t] INNER JOIN [{name}] AS [k] ON [k].[k] = [t].[a]");
        assert_eq!(error_of(&mut client, &join("#own")).await, 468);
        rows(&mut client, &join("#same")).await.unwrap();
    });
}

#[test]
fn keys_are_unique_under_their_collation() {
    run(async {
        let contract = Contract::new();
        let batch = "CREATE TABLE [dbo].[wr_contract_k] ([a] nvarchar(9) NOT NULL, [b] nvarchar(9) COLLATE Latin1_General_100_BIN2 NOT NULL,
            CONSTRAINT [wr_contract_k_a] UNIQUE ([a]), CONSTRAINT [wr_contract_k_b] PRIMARY KEY ([b])); INSERT INTO [wr_contract_k] ([a], [b]) VALUES (N'x', N'x')";
        let mut client = contract.with_table("wr_contract_k", batch).await;
        assert_eq!(error_of(&mut client, "INSERT INTO [wr_contract_k] ([a], [b]) VALUES (N'X ', N'y')").await, 2627);
        assert_eq!(error_of(&mut client, "INSERT INTO [wr_contract_k] ([a], [b]) VALUES (N'y', N'x ')").await, 2627);
        rows(&mut client, "INSERT INTO [wr_contract_k] ([a], [b]) VALUES (N'y', N'X')").await.unwrap();
    });
}

#[test]
fn a_list_of_keys_is_found_fast() {
    run(async {
        let server = server();
        server
            .execute(
                "CREATE TABLE [t] ([a] nvarchar(20) NOT NULL, [n] bigint NOT NULL, CONSTRAINT [pk] PRIMARY KEY ([n]))",
            )
            .unwrap();
        let values = (0..50_000_i64).map(|n| vec![format!("key {n}").as_str().into(), n.into()]);
        server.insert_rows("t", &["a", "n"], values).unwrap();
        let mut client = connect(&server).await;
        rows(&mut client, "CREATE TABLE [#k] ([k] nvarchar(20) COLLATE DATABASE_DEFAULT NOT NULL)").await.unwrap();
        rows(&mut client, "INSERT INTO [#k] ([k]) SELECT UPPER([a]) FROM [t] WHERE [n] % 10 = 0").await.unwrap();
        let started = std::time::Instant::now();
        let batch = "SELECT COUNT_BIG(*) FROM [t] WHERE EXISTS (SELECT 1 FROM [#k] AS [k] WHERE [k].[k] = [t].[a])";
        assert_eq!(rows(&mut client, batch).await.unwrap()[0].get(0), Some(5000_i64));
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    });
}

#[test]
fn temporary_tables_belong_to_the_scope_and_the_session_that_made_them() {
    run(async {
        let contract = Contract::new();
        let mut client = contract.connect().await;
        client.execute("CREATE TABLE [#made] ([k] int)", &[]).await.unwrap();
        assert_eq!(error_of(&mut client, "SELECT * FROM [#made]").await, 208);
        // So do settings.
        client.execute("SET LOCK_TIMEOUT 7", &[]).await.unwrap();
        assert_eq!(text(&mut client, "@@LOCK_TIMEOUT").await.as_deref(), Some("-1"));
        rows(&mut client, "SET LOCK_TIMEOUT 7").await.unwrap();
        assert_eq!(text(&mut client, "@@LOCK_TIMEOUT").await.as_deref(), Some("7"));
        rows(&mut client, "CREATE TABLE [#kept] ([k] nvarchar(9) COLLATE DATABASE_DEFAULT)").await.unwrap();
        client.execute("INSERT INTO [#kept] ([k]) VALUES (@P1)", &[&"a"]).await.unwrap();
        assert_eq!(rows(&mut client, "SELECT [k] FROM [#kept]").await.unwrap().len(), 1);
        assert_eq!(error_of(&mut contract.connect().await, "SELECT * FROM [#kept]").await, 208);
        rows(&mut client, "DROP TABLE IF EXISTS [#kept]").await.unwrap();
        assert_eq!(error_of(&mut client, "SELECT * FROM [#kept]").await, 208);
    });
}

#[test]
fn the_catalogue_lists_columns_keys_and_comments() {
    run(async {
        let contract = Contract::new();
        let table = "CREATE TABLE [dbo].[wr_contract_sales] ([id] bigint NOT NULL, [name] nvarchar(50) COLLATE Latin1_General_100_BIN2, [at] datetime2(3) NOT NULL,
            CONSTRAINT [pk_wr_sales] PRIMARY KEY ([id]), CONSTRAINT [uq_wr_sales] UNIQUE ([name], [at]));
            EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'When', @level0type = N'SCHEMA', @level0name = N'dbo', @level1type = N'TABLE', @level1name = N'wr_contract_sales', @level2type = N'COLUMN', @level2name = N'at'";
        let mut client = contract.with_table("wr_contract_sales", table).await;
        let batch = "SELECT [c].[name], [y].[name] AS [type], [c].[max_length], [c].[precision], [c].[scale], [c].[is_nullable], [c].[collation_name], CAST([p].[value] AS nvarchar(4000)) AS [comment]
            FROM [sys].[tables] AS [t] INNER JOIN [sys].[schemas] AS [s] ON [s].[schema_id] = [t].[schema_id]
            INNER JOIN [sys].[columns] AS [c] ON [c].[object_id] = [t].[object_id]
            INNER JOIN [sys].[types] AS [y] ON [y].[user_type_id] = [c].[user_type_id]
            LEFT JOIN [sys].[extended_properties] AS [p] ON [p].[major_id] = [c].[object_id] AND [p].[minor_id] = [c].[column_id] AND [p].[name] = N'MS_Description'
            WHERE [s].[name] = N'dbo' AND [t].[name] = N'WR_CONTRACT_SALES' ORDER BY [c].[column_id]";
        let listed = rows(&mut client, batch).await.unwrap();
        let names: Vec<(&str, &str, i16)> =
            listed.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect();
        assert_eq!(names, [("id", "bigint", 8), ("name", "nvarchar", 100), ("at", "datetime2", 7)]);
        assert_eq!(listed[1].get::<&str, _>(6), Some("Latin1_General_100_BIN2"));
        assert_eq!(listed[2].get::<&str, _>(7), Some("When"));
        let keys = "SELECT [k].[name], [k].[type], [c].[name] AS [column] FROM [sys].[key_constraints] AS [k]
            INNER JOIN [sys].[index_columns] AS [i] ON [i].[object_id] = [k].[parent_object_id] AND [i].[index_id] = [k].[unique_index_id]
            INNER JOIN [sys].[columns] AS [c] ON [c].[object_id] = [i].[object_id] AND [c].[column_id] = [i].[column_id]
            WHERE [k].[parent_object_id] = OBJECT_ID(N'dbo.wr_contract_sales') ORDER BY [k].[name], [i].[key_ordinal]";
        let keys = rows(&mut client, keys).await.unwrap();
        let keys: Vec<(&str, &str, &str)> =
            keys.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect();
        assert_eq!(keys, [("pk_wr_sales", "PK", "id"), ("uq_wr_sales", "UQ", "name"), ("uq_wr_sales", "UQ", "at")]);
        // So many rows as there are, once, however many indexes the table has.
        rows(
            &mut client,
            "INSERT INTO [dbo].[wr_contract_sales] VALUES (1, N'a', '2026-11-27'), (2, NULL, '2026-11-27')",
        )
        .await
        .unwrap();
        let counted = "SELECT SUM([rows]) FROM [sys].[partitions]
            WHERE [object_id] = OBJECT_ID(N'dbo.wr_contract_sales') AND [index_id] IN (0, 1)";
        assert_eq!(rows(&mut client, counted).await.unwrap()[0].get::<i64, _>(0), Some(2));
    });
}
