//! Every type, read as it was written; parameters.

use tiberius::ColumnData;
use tiberius::numeric::Numeric;

use crate::support::*;

const TABLE: &str = "CREATE TABLE [dbo].[wr_contract_v] (
    [id] int NOT NULL, [bit] bit, [tiny] tinyint, [small] smallint, [int] int, [big] bigint, [real] real, [float] float,
    [decimal] decimal(38,10), [money] money, [smallmoney] smallmoney, [date] date, [time0] time(0), [time3] time(3), [time7] time(7),
    [datetime] datetime, [smalldatetime] smalldatetime, [datetime20] datetime2(0), [datetime27] datetime2(7), [offset3] datetimeoffset(3),
    [char] char(5), [varchar] varchar(20) COLLATE Cyrillic_General_CI_AS, [varcharmax] varchar(max), [nchar] nchar(5),
    [nvarchar] nvarchar(20), [nvarcharmax] nvarchar(max), [guid] uniqueidentifier, [binary] binary(4), [varbinary] varbinary(10),
    [varbinarymax] varbinary(max), [xml] xml, [version] rowversion, CONSTRAINT [pk_wr_contract_v] PRIMARY KEY ([id]))";

const ROW: &str = "INSERT INTO [dbo].[wr_contract_v] ([id], [bit], [tiny], [small], [int], [big], [real], [float], [decimal], [money], [smallmoney],
    [date], [time0], [time3], [time7], [datetime], [smalldatetime], [datetime20], [datetime27], [offset3], [char], [varchar], [varcharmax],
    [nchar], [nvarchar], [nvarcharmax], [guid], [binary], [varbinary], [varbinarymax], [xml]) VALUES (
    1, 1, 255, -32768, -2147483648, 9223372036854775807, 1.5, 1e300, 1234567890123456789012345678.0123456789, -922337203685477.5808, 214748.3647,
    '9999-12-31', '23:59:59', '23:59:59.123', '23:59:59.1234567', '2026-11-27T10:20:30.127', '2026-11-27T10:20:00', '0001-01-01T00:00:00',
    '2026-11-27T10:20:30.1234567', '2026-11-27T10:20:30.123+03:00', 'ab', N'Ёжик', 'max', N'ж', N'Zażółć 😀', N'long',
    '6F9619FF-8B86-D011-B42D-00C04FC964FF', 0x01, 0x0102, 0x, N'<a/>')";

/// One column of the row as text, in ISO forms.
fn shown(data: &ColumnData<'_>) -> Option<String> {
    match data {
        ColumnData::U8(value) => value.map(|value| value.to_string()),
        ColumnData::I16(value) => value.map(|value| value.to_string()),
        ColumnData::I32(value) => value.map(|value| value.to_string()),
        ColumnData::I64(value) => value.map(|value| value.to_string()),
        ColumnData::F32(value) => value.map(|value| value.to_string()),
        ColumnData::F64(value) => value.map(|value| format!("{value:e}")),
        ColumnData::Bit(value) => value.map(|value| value.to_string()),
        ColumnData::String(value) => value.as_ref().map(ToString::to_string),
        ColumnData::Guid(value) => value.map(|value| value.to_string()),
        ColumnData::Binary(value) => value.as_ref().map(|bytes| format!("{bytes:02x?}")),
        ColumnData::Numeric(value) => value.map(|value| format!("{}/{}", value.value(), value.scale())),
        ColumnData::Xml(value) => value.as_ref().map(|value| value.to_string()),
        ColumnData::DateTime(value) => value.map(|value| format!("{}+{}", value.days(), value.seconds_fragments())),
        ColumnData::SmallDateTime(value) => {
            value.map(|value| format!("{}+{}", value.days(), value.seconds_fragments()))
        }
        ColumnData::Time(value) => value.map(|value| format!("{}/{}", value.increments(), value.scale())),
        ColumnData::Date(value) => value.map(|value| value.days().to_string()),
        ColumnData::DateTime2(value) => {
            value.map(|value| format!("{} {}", value.date().days(), value.time().increments()))
        }
        ColumnData::DateTimeOffset(value) => value.map(|value| {
            let local = value.datetime2();
            format!("{} {} {}", local.date().days(), local.time().increments(), value.offset())
        }),
    }
}

#[test]
fn every_type_is_read_as_it_was_written() {
    run(async {
        let contract = Contract::new();
        let mut client = contract.with_table("wr_contract_v", TABLE).await;
        rows(&mut client, ROW).await.unwrap();
        rows(&mut client, "INSERT INTO [dbo].[wr_contract_v] ([id]) VALUES (2)").await.unwrap();
        let read = rows(&mut client, "SELECT * FROM [dbo].[wr_contract_v] ORDER BY [id]").await.unwrap();
        let full: Vec<Option<String>> = read[0].cells().map(|(_, data)| shown(data)).collect();
        let expected = [
            "1",
            "true",
            "255",
            "-32768",
            "-2147483648",
            "9223372036854775807",
            "1.5",
            "1e300",
            "12345678901234567890123456780123456789/10",
            "-9.223372036854776e14",
            "2.147483647e5",
            "3652058",
            "86399/0",
            "86399123/3",
            "863991234567/7",
            "46351+11169038",
            "46351+620",
            "0 0",
            "739946 372301234567",
            "739946 26430123 180",
            "ab   ",
            "Ёжик",
            "max",
            "ж    ",
            "Zażółć 😀",
            "long",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "[01, 00, 00, 00]",
            "[01, 02]",
            "[]",
            "<a/>",
        ];
        for (place, expected) in expected.iter().enumerate() {
            let name = read[0].columns()[place].name();
            assert_eq!(full[place].as_deref(), Some(*expected), "{name}");
        }
        // Each change has a version of its own.
        assert_ne!(full[31], shown(&read[1].cells().nth(31).unwrap().1.clone()));
        for (column, data) in read[1].cells().skip(1).take(30) {
            assert_eq!(shown(data), None, "{}", column.name());
        }
    });
}

#[test]
fn parameters_keep_their_values_and_the_log_has_them() {
    run(async {
        let server = server();
        let mut client = connect(&server).await;
        let decimal = Numeric::new_with_scale(-12_345_678_901_234_567_890_i128, 4);
        let date = tiberius::time::chrono::NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        let moment = date.and_hms_micro_opt(1, 2, 3, 456_789).unwrap();
        let bytes: &[u8] = &[0, 255];
        let row = client
            .query(
                "SELECT @P1, @P2, @P3, @P4, @P5, @P6, @P7",
                &[&decimal, &date, &moment, &bytes, &Option::<&str>::None, &0.1_f64, &true],
            )
            .await
            .unwrap()
            .into_row()
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.get::<Numeric, _>(0), Some(decimal));
        assert_eq!(row.get::<tiberius::time::chrono::NaiveDate, _>(1), Some(date));
        assert_eq!(row.get::<tiberius::time::chrono::NaiveDateTime, _>(2), Some(moment));
        assert_eq!(row.get::<&[u8], _>(3), Some(bytes));
        assert_eq!(row.get::<&str, _>(4), None);
        assert_eq!(row.get::<f64, _>(5), Some(0.1));
        assert_eq!(row.get::<bool, _>(6), Some(true));
        let logged = server.log().events().into_iter().find_map(|event| match event {
            wr_tds_server::Event::Statement { parameters, .. } => Some(parameters),
            _ => None,
        });
        assert_eq!(logged.unwrap()[1], ("@P2".to_owned(), "date".to_owned(), Some("2026-02-28".to_owned())));
    });
}
