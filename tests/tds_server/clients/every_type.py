"""What both Python clients write and must read back: a column, its type, a value."""

import datetime
import decimal
import uuid

EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))

COLUMNS = [
    ("bit", "bit", True),
    ("tiny", "tinyint", 255),
    ("small", "smallint", -32768),
    ("int", "int", 2147483647),
    ("big", "bigint", -9223372036854775808),
    ("float", "float", 0.1),
    ("real", "real", 1.5),
    ("wide", "decimal(38,10)", decimal.Decimal("-1234567890123456789012345678.0123456789")),
    ("narrow", "numeric(5,2)", decimal.Decimal("123.45")),
    ("money", "money", decimal.Decimal("-922337203685477.5808")),
    ("smallmoney", "smallmoney", decimal.Decimal("214748.3647")),
    ("date", "date", datetime.date(9999, 12, 31)),
    ("time0", "time(0)", datetime.time(23, 59, 59)),
    ("time6", "time(6)", datetime.time(23, 59, 59, 123456)),
    ("datetime", "datetime", datetime.datetime(2026, 11, 27, 10, 20, 30, 127000)),
    ("smalldatetime", "smalldatetime", datetime.datetime(2026, 11, 27, 10, 20)),
    ("datetime20", "datetime2(0)", datetime.datetime(1, 1, 1)),
    ("datetime26", "datetime2(6)", datetime.datetime(2026, 11, 27, 10, 20, 30, 123456)),
    ("offset3", "datetimeoffset(3)", datetime.datetime(2026, 11, 27, 10, 20, 30, 123000, tzinfo=EAST)),
    ("char", "char(5)", "ab   "),
    ("cyrillic", "varchar(20) COLLATE Cyrillic_General_CI_AS", "Ёжик"),
    ("varchar", "varchar(max)", "x" * 20000),
    ("nchar", "nchar(3)", "ж  "),
    ("nvarchar", "nvarchar(20)", "Zażółć 😀"),
    ("nvarcharmax", "nvarchar(max)", "длинно " * 3000),
    ("guid", "uniqueidentifier", uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF")),
    ("binary", "binary(4)", b"\x01\x02\x00\x00"),
    ("varbinary", "varbinary(10)", b"\x00\xff"),
    ("varbinarymax", "varbinary(max)", bytes(range(256)) * 100),
]

NAMES = ", ".join(f"[{name}]" for name, _, _ in COLUMNS)
TABLE = "CREATE TABLE [dbo].[every] ([id] int NOT NULL, {}, CONSTRAINT [pk_every] PRIMARY KEY ([id]))".format(
    ", ".join(f"[{name}] {declared} NULL" for name, declared, _ in COLUMNS)
)
VALUES = [value for _, _, value in COLUMNS]
ERRORS = [
    ("SELECT 1/0", 8134),
    ("SELECT * FROM [nowhere]", 208),
    ("SELECT CAST(N'x' AS int)", 245),
    ("SELECT CAST(N'x' AS date)", 241),
    ("INSERT INTO [dbo].[every] ([id]) VALUES (1)", 2627),
]


def insert(mark):
    """The statement, with a mark of the client's kind for each parameter."""
    marks = ", ".join([mark] * (1 + len(COLUMNS)))
    return f"INSERT INTO [dbo].[every] ([id], {NAMES}) VALUES ({marks})"


def compare(rows):
    assert len(rows) == 2, rows
    for (name, declared, expected), got in zip(COLUMNS, rows[0][1:]):
        assert got == expected and type(got) is type(expected), f"{name} {declared}: {expected!r} became {got!r}"
    assert all(value is None for value in rows[1][1:]), rows[1]
