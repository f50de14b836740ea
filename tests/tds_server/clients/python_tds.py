"""python-tds against the server: arguments are the port and whether the connection is encrypted."""

import importlib.metadata
import sys

import pytds

import every_type

port, authority = int(sys.argv[1]), sys.argv[2]


def connect(password="Test_password_1", **options):
    secure = {"cafile": authority, "validate_host": False} if authority != "-" else {}
    return pytds.connect("127.0.0.1", "test", "sa", password, port=port, **secure, **options)


try:
    connect("wrong")
except pytds.LoginError as error:
    assert "sa" in str(error)
except pytds.OperationalError as error:
    assert error.msg_no == 18456, error
else:
    raise AssertionError("a wrong password got in")

with connect(autocommit=True) as connection, connection.cursor() as cursor:
    cursor.execute("DROP TABLE IF EXISTS [dbo].[every]")
    cursor.execute(every_type.TABLE)
    # Bytes go as text unless they are wrapped.
    values = [pytds.Binary(value) if isinstance(value, bytes) else value for value in every_type.VALUES]
    cursor.execute(every_type.insert("%s"), [1, *values])
    cursor.execute("INSERT INTO [dbo].[every] ([id]) VALUES (%s)", [2])
    cursor.execute(f"SELECT [id], {every_type.NAMES} FROM [dbo].[every] ORDER BY [id]")
    every_type.compare(cursor.fetchall())

    for statement, number in every_type.ERRORS:
        try:
            cursor.execute(statement)
            cursor.fetchall()
        except pytds.Error as error:
            assert error.msg_no == number, (statement, error.msg_no)
        else:
            raise AssertionError(statement)

    # Bulk load.
    cursor.execute("CREATE TABLE [#load] ([a] int NOT NULL, [b] nvarchar(20) NULL)")
    rows = [(number, None if number % 3 == 0 else f"ряд {number}") for number in range(3000)]
    columns = [
        pytds.Column("a", type=pytds.tds_types.IntType(), flags=0),
        pytds.Column("b", type=pytds.tds_types.NVarCharType(20), flags=1),
    ]
    cursor.copy_to(data=rows, table_or_view="#load", columns=columns)
    cursor.execute("SELECT [a], [b] FROM [#load] ORDER BY [a]")
    assert cursor.fetchall() == rows

    # A query of millions of rows is given up after the first one.
    cursor.execute("SELECT [a].[a] FROM [#load] AS [a] CROSS JOIN [#load] AS [b]")
    assert cursor.fetchone() is not None
    cursor.cancel()
    cursor.execute("SELECT N'alive'")
    assert cursor.fetchone() == ("alive",)

with connect(autocommit=False) as connection, connection.cursor() as cursor:
    cursor.execute("DELETE FROM [dbo].[every] WHERE [id] = 2")
    connection.rollback()
    cursor.execute("SELECT COUNT_BIG(*) FROM [dbo].[every]")
    assert cursor.fetchone() == (2,)
    cursor.execute("DELETE FROM [dbo].[every] WHERE [id] = 2")
    connection.commit()
with connect() as connection, connection.cursor() as cursor:
    cursor.execute("SELECT COUNT_BIG(*) FROM [dbo].[every]")
    assert cursor.fetchone() == (1,)
print(f"python-tds {importlib.metadata.version('python-tds')}: ok")
