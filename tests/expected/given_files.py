"""Files as people have them, and the rows that stand in them.

This is not wr. Each case is written here from one list of rows, as Excel, a database tool or a person would write it, and
is read back by another reader (csv, openpyxl, pyarrow) before it is believed.

    python3 tests/expected/given_files.py           # writes given_files/; needs openpyxl, pyarrow
    python3 tests/expected/given_files.py --check   # compares; exit code 1 when something differs

`cases.json` says of each file which columns are read (name, type, heading), with which settings, and the rows: canonical
texts, null where there is none. `fails` is what is wrong instead: the code of the failure, and where it is.
"""

import csv
import datetime
import decimal
import io
import json
import pathlib
import sys
import zipfile

import openpyxl
import pyarrow
import pyarrow.parquet

HERE = pathlib.Path(__file__).parent / "given_files"
FIXED = datetime.datetime(2026, 11, 9)

CARD = [["card_number", "text", "card_number"]]
cases, files = {}, {}


def case(name, content, columns, rows, settings=None, fails=None):
    files[name] = content
    entry = {"columns": columns, "settings": settings or {}}
    entry["rows" if fails is None else "fails"] = rows if fails is None else fails
    cases[name] = entry


def text_file(rows, delimiter, line="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line).writerows(rows)
    text = out.getvalue()
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) == [list(row) for row in rows]
    return text


def workbook(sheets, patch=None):
    """Sheets of cells; `patch` replaces words in the XML of the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.properties.created = book.properties.modified = FIXED
    raw = io.BytesIO()
    book.save(raw)
    # Without times of making, so that the same bytes come each time.
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in sorted(old.namelist()):
            data = old.read(item)
            if item == "docProps/core.xml":
                start, end = data.index(b"<dcterms:modified"), data.index(b"</dcterms:modified>")
                data = data[: data.index(b">", start) + 1] + b"2026-11-09T00:00:00Z" + data[end:]
            if item == "xl/worksheets/sheet1.xml":
                for before, after in (patch or {}).items():
                    assert before.encode() in data, (before, data)
                    data = data.replace(before.encode(), after.encode())
            new.writestr(zipfile.ZipInfo(item, (2026, 11, 9, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# ---- Text files ----

cards = ["0042", "4276123412341234567", "00000000000000000000", "4276 1234", "007 ", 'a "quoted", one', "two\nlines", "ёж"]

case(
    "plain.csv",
    text_file([["card_number", "amount", "day"]] + [[card, "12.50", "2026-11-09"] for card in cards], ",").encode(),
    CARD + [["amount", "decimal(12, 2)?", "amount"], ["day", "date", "day"]],
    [[card, "12.50", "2026-11-09"] for card in cards],
)
case("only_numbers.txt", "card_number\n0042\n\n0043\n   \n\n".encode(), CARD, [["0042"], ["0043"]])
case("no_line_end.csv", b"card_number,n\r\n0042,1", CARD + [["n", "int", "n"]], [["0042", "1"]])
case(
    "excel_ru.csv",
    text_file([["Номер карты", "Город", "Сумма"], ["0042", "Тверь", "1 200"], ["0043", "Орёл", ""]], ";").encode("cp1251"),
    [["card_number", "text", "Номер карты"], ["city", "text", "Город"], ["amount", "text?", "Сумма"]],
    [["0042", "Тверь", "1 200"], ["0043", "Орёл", None]],
)
case(
    "excel_unicode.txt",
    ("\ufeff" + text_file([["card_number", "город"], ["0042", "Тверь"], ["0043", "Орёл"]], "\t")).encode("utf-16-le"),
    CARD + [["city", "text", "город"]],
    [["0042", "Тверь"], ["0043", "Орёл"]],
)
case(
    "big_endian.csv",
    ("\ufeff" + "card_number\r\n0042\r\n").encode("utf-16-be"),
    CARD,
    [["0042"]],
)
case(
    "excel_utf8.csv",
    b"\xef\xbb\xbf" + text_file([["card_number", "note"], ["0042", "a,b"], ["0043", ""]], ";").encode(),
    CARD + [["note", "text?", "note"]],
    [["0042", "a,b"], ["0043", None]],
)
case(
    "excel_sep.csv",
    "sep=|\r\ncard_number|n\r\n0042|1\r\n;;;|2\r\n".encode(),
    CARD + [["n", "int", "n"]],
    [["0042", "1"], [";;;", "2"]],
)
# Excel keeps the frame of rows that were emptied.
case("empty_rows.csv", b"card_number;n\r\n0042;1\r\n;\r\n0043;2\r\n;\r\n;\r\n", CARD + [["n", "int", "n"]], [["0042", "1"], ["0043", "2"]])
case("blank_headings.csv", b" card_number ;n\r\n0042;1\r\n", CARD + [["n", "int", "n"]], [["0042", "1"]])
case(
    "quoted_empty.csv", b'card_number,note\n"0042",""\n"",x\n', CARD + [["note", "text", "note"]], [["0042", ""], ["", "x"]]
)
case("koi8.csv", text_file([["город", "n"], ["Тверь", "1"], ["Орёл", "2"]], ",").encode("koi8-r"),
     [["city", "text", "город"], ["n", "int", "n"]], [["Тверь", "1"], ["Орёл", "2"]], {"encoding": "koi8-r"})
case("said_delimiter.csv", "card_number:n\n0042:1\n".encode(), CARD + [["n", "int", "n"]], [["0042", "1"]], {"delimiter": ":"})

case("no_column.csv", b"card_numbr,n\n0042,1\n", CARD, None, fails={"problem": ["card_number", "card_numbr", "no_column.csv"]})
case("twice.csv", b"card_number,card_number\n0042,1\n", CARD, None, fails={"problem": ["card_number", "two"]})
case("short_line.csv", b"card_number,n\n0042,1\n0043\n", CARD, None, fails={"problem": ["line 3"]})
case("open_quote.csv", b'card_number,n\n0042,1\n"0043,1\n', CARD, None, fails={"problem": ["line 3", "quote"]})
case("empty.csv", b"", CARD, None, fails={"problem": ["empty"]})
case("binary.csv", bytes(range(256)) * 4, CARD, None, fails={"problem": ["text"]})
case("comma_decimal.csv", b"card_number;amount\n0042;12,50\n", CARD + [["amount", "decimal(12, 2)", "amount"]], None,
     fails={"code": "WR0818", "words": ["comma_decimal.csv", "line 2", "amount", "99,99"]})
case("null.csv", b"card_number,n\n0042,\n", CARD + [["n", "int", "n"]], None, fails={"code": "WR0817", "words": ["line 2", "n"]})
case("too_fine.csv", b"amount\n1.005\n", [["amount", "decimal(12, 2)", "amount"]], None,
     fails={"code": "WR0819", "words": ["line 2", "amount"]})

# ---- Workbooks ----

day, moment = datetime.date(2026, 11, 9), datetime.datetime(2026, 11, 9, 8, 30, 15)
table = [
    ["card_number", "n", "amount", "day", "at", "ok", "share"],
    ["0042", 1, 19.9, day, moment, True, 0.1],
    ["4276123412341234567", 900719925474099, 0.1 + 0.2, day, moment, False, 1e-7],
    [None, None, None, None, None, None, None],
    ["007 ", -5, None, datetime.date(1899, 12, 31) + datetime.timedelta(days=60), None, None, None],
]
ALL = [
    ["card_number", "text", "card_number"], ["n", "int", "n"], ["amount", "decimal(12, 2)?", "amount"],
    ["day", "date", "day"], ["at", "datetime?", "at"], ["ok", "bool?", "ok"], ["share", "float?", "share"],
]
case(
    "table.xlsx",
    workbook({"Cards": table}),
    ALL,
    [
        ["0042", "1", "19.90", "2026-11-09", "2026-11-09T08:30:15.000000Z", "true", "0.1"],
        # Excel shows 15 digits, and so 0.3.
        ["4276123412341234567", "900719925474099", "0.30", "2026-11-09", "2026-11-09T08:30:15.000000Z", "false", "1e-7"],
        ["007 ", "-5", None, "1900-03-01", None, None, None],
    ],
)
case(
    "numbers.xlsx",
    workbook({"Cards": [["card_number"], [42761], [4276123412341234], ["0042"], [999999999999999], [0]]}),
    CARD,
    [["42761"], ["4276123412341234"], ["0042"], ["999999999999999"], ["0"]],
)
case("texts_as_numbers.xlsx", workbook({"A": [["n"], ["0042"], ["17"]]}), [["n", "int", "n"]], [["42"], ["17"]])
case(
    "formula.xlsx",
    workbook({"A": [["n", "card_number"], ["=1+1", '="00"&"42"']]},
             {"<c r=\"A2\"><f>1+1</f><v /></c>": "<c r=\"A2\"><f>1+1</f><v>2</v></c>",
              "<c r=\"B2\"><f>\"00\"&amp;\"42\"</f><v /></c>": "<c r=\"B2\" t=\"str\"><f>\"00\"&amp;\"42\"</f><v>0042</v></c>"}),
    CARD + [["n", "int", "n"]],
    [["0042", "2"]],
)
# A formula may give an empty text: it looks as an empty cell does, and is one.
case(
    "formula_gives_nothing.xlsx",
    workbook({"A": [["n", "card_number"], ['=IF(B2="","",1)', "0042"], ['=IF(B3="","",1)', "0043"]]},
             {'<c r="A2"><f>IF(B2="","",1)</f><v /></c>': '<c r="A2" t="str"><f>IF(B2="","",1)</f><v></v></c>',
              '<c r="A3"><f>IF(B3="","",1)</f><v /></c>': '<c r="A3"><f>IF(B3="","",1)</f><v>1</v></c>'}),
    CARD + [["n", "int?", "n"]],
    [["0042", None], ["0043", "1"]],
)
two = {"Read me": [["How to use"]], "Cards": [["card_number"], ["0042"]], "Old": [["card_number"], ["0043"]]}
case("two_sheets.xlsx", workbook(two), CARD, [["0043"]], {"sheet": "Old"})
case("one_fits.xlsx", workbook({"Read me": [["How to use"]], "Cards": [["card_number"], ["0042"]]}), CARD, [["0042"]])
case("shifted.xlsx", workbook({"A": [[None], [None, None, "card_number", "n"], [None, None, "0042", 1], [None, "x", "0043", 2]]}),
     CARD + [["n", "int", "n"]], [["0042", "1"], ["0043", "2"]])

case("no_sheet.xlsx", workbook(two), CARD, None, {"sheet": "Cads"}, {"problem": ["Cads", "Cards"]})
case("which_sheet.xlsx", workbook(two), CARD, None, fails={"problem": ["Cards", "Old", "sheet"]})
case("lost_digits.xlsx", workbook({"A": [["card_number"], ["0042"], [4276123412341234567]]}), CARD, None,
     fails={"code": "WR0827", "words": ["A3", "lost_digits.xlsx", "card_number"]})
# What is typed into Excel keeps 15 digits, and a nought after them.
case("typed_digits.xlsx", workbook({"A": [["card_number"], [4276123412341230]]}), CARD, None,
     fails={"code": "WR0827", "words": ["A2"]})
case("lost_int.xlsx", workbook({"A": [["n"], [9007199254740993]]}), [["n", "int", "n"]], None,
     fails={"code": "WR0827", "words": ["A2"]})
case("fraction_as_text.xlsx", workbook({"A": [["card_number"], [4.5]]}), CARD, None, fails={"code": "WR0818", "words": ["A2"]})
case("fraction_as_int.xlsx", workbook({"A": [["n"], [4.5]]}), [["n", "int", "n"]], None, fails={"code": "WR0818", "words": ["A2", "9.9"]})
case("date_as_text.xlsx", workbook({"A": [["card_number"], [day]]}), CARD, None, fails={"code": "WR0818", "words": ["A2", "date"]})
case("number_as_date.xlsx", workbook({"A": [["day"], [45000]]}), [["day", "date", "day"]], None, fails={"code": "WR0818", "words": ["A2"]})
case("moment_as_date.xlsx", workbook({"A": [["day"], [moment]]}), [["day", "date", "day"]], None, fails={"code": "WR0818", "words": ["A2"]})
case("not_computed.xlsx", workbook({"A": [["n"], ["=1+1"]]}), [["n", "int?", "n"]], None, fails={"code": "WR0818", "words": ["A2", "formula"]})
case("error_cell.xlsx", workbook({"A": [["n", "m"], [1, 1]]}, {'<c r="A2" t="n"><v>1</v></c>': '<c r="A2" t="e"><v>#N/A</v></c>'}),
     [["n", "int?", "n"]], None, fails={"code": "WR0818", "words": ["A2", "#N/A"]})
case("blank.xlsx", workbook({"A": []}), CARD, None, fails={"problem": ["empty"]})
case("half.xlsx", workbook({"A": [["card_number"], ["0042"]]})[:2000], CARD, None, fails={"problem": ["half.xlsx"]})

# ---- Parquet ----

def parquet():
    columns = {"Card": ["0042", "4276123412341234567", None], "amount": [decimal.Decimal("1.50"), None, decimal.Decimal("2.00")]}
    schema = pyarrow.schema([("Card", pyarrow.string()), ("amount", pyarrow.decimal128(12, 2))])
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns, schema), out)
    return out.getvalue()

case(
    "cards.parquet",
    parquet(),
    [["card_number", "text?", "Card"], ["amount", "decimal(12, 2)?", "amount"]],
    [["0042", "1.50"], ["4276123412341234567", None], [None, "2.00"]],
)

# A second reader believes what the first wrote.
for name in ["table.xlsx", "numbers.xlsx"]:
    read = openpyxl.load_workbook(io.BytesIO(files[name]))
    column = [row[0].value for row in list(read.worksheets[0].rows)[1:] if row[0].value is not None]
    assert [str(value) for value in column] == [row[0] for row in cases[name]["rows"]], (name, column)
assert openpyxl.load_workbook(io.BytesIO(files["formula.xlsx"]), data_only=True).active["B2"].value == "0042"


def main():
    wanted = dict(files)
    wanted["cases.json"] = (json.dumps(cases, ensure_ascii=False, indent=1) + "\n").encode()
    if "--check" in sys.argv:
        # Workbooks hold the versions of the libraries that wrote them: their rows are compared, not their bytes.
        kept = json.loads((HERE / "cases.json").read_text())
        plain = [name for name in files if not name.endswith((".xlsx", ".parquet"))]
        bad = [name for name in plain if (HERE / name).read_bytes() != files[name]]
        bad += ["cases.json"] if kept != json.loads(wanted["cases.json"]) else []
        bad += [name for name in files if not (HERE / name).exists()]
        for name in bad:
            print(f"differs: {name}")
        sys.exit(1 if bad else 0)
    HERE.mkdir(exist_ok=True)
    for name, content in wanted.items():
        (HERE / name).write_bytes(content)
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
