"""Microsoft's own driver for Python against the server."""

import re
import sys
import time

import mssql_python

import every_type

port, encrypt = int(sys.argv[1]), sys.argv[2]


def connect(password="Test_password_1", **options):
    text = f"Server=127.0.0.1,{port};Database=test;UID=sa;PWD={password};Encrypt={encrypt};TrustServerCertificate=yes;"
    return mssql_python.connect(text, **options)


# The driver tells no numbers: its words for them are these.
WORDS = {
    8134: "Divide by zero",
    208: "Invalid object name",
    245: "Conversion failed when converting the nvarchar value",
    241: "Conversion failed when converting date",
    2627: "Violation of PRIMARY KEY constraint 'pk_every'",
}

try:
    connect("wrong")
except mssql_python.Error as error:
    assert "Login failed" in str(error), error
else:
    raise AssertionError("a wrong password got in")

connection = connect(autocommit=True)
cursor = connection.cursor()
cursor.execute("DROP TABLE IF EXISTS [dbo].[every]")
cursor.execute(every_type.TABLE)
cursor.execute(every_type.insert("?"), [1, *every_type.VALUES])
cursor.execute("INSERT INTO [dbo].[every] ([id]) VALUES (?)", [2])
cursor.execute(f"SELECT [id], {every_type.NAMES} FROM [dbo].[every] ORDER BY [id]")
every_type.compare([list(row) for row in cursor.fetchall()])

for statement, number in every_type.ERRORS:
    try:
        cursor.execute(statement)
        cursor.fetchall()
    except mssql_python.Error as error:
        assert WORDS[number] in str(error), (statement, error)
    else:
        raise AssertionError(statement)

# Many rows by parameters, and one statement that is prepared and run again.
cursor.execute("CREATE TABLE [dbo].[many] ([a] int NOT NULL, [b] nvarchar(20) NULL)")
rows = [(number, None if number % 3 == 0 else f"ряд {number}") for number in range(300)]
cursor.executemany("INSERT INTO [dbo].[many] ([a], [b]) VALUES (?, ?)", rows)
cursor.execute("SELECT [a], [b] FROM [dbo].[many] ORDER BY [a]")
assert [tuple(row) for row in cursor.fetchall()] == rows

cursor.execute("DROP TABLE [dbo].[many]")
cursor.close()
connection.close()

connection = connect(autocommit=False)
cursor = connection.cursor()
cursor.execute("DELETE FROM [dbo].[every] WHERE [id] = 2")
connection.rollback()
cursor.execute("SELECT COUNT_BIG(*) FROM [dbo].[every]")
assert cursor.fetchone()[0] == 2
cursor.execute("DELETE FROM [dbo].[every] WHERE [id] = 2")
connection.commit()
cursor.close()
connection.close()

# The driver sends an attention when the time is over.
connection = connect(autocommit=True)
connection.timeout = 1
cursor = connection.cursor()
started = time.monotonic()
try:
    cursor.execute("WAITFOR DELAY '00:00:20'")
except mssql_python.Error as error:
    assert re.search("timeout|expired|cancel", str(error), re.IGNORECASE), error
else:
    raise AssertionError("WAITFOR was not stopped")
assert time.monotonic() - started < 10
cursor = connection.cursor()
cursor.execute("SELECT COUNT_BIG(*) FROM [dbo].[every]")
assert cursor.fetchone()[0] == 1
print(f"mssql-python {mssql_python.__version__}: ok")
