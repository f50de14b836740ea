"""Runs what the pages in docs/ claim in other languages, without wr where it can.

    python3 check.py    needs pandas, duckdb, and wr in target/debug; asks ClickHouse where chdb is installed

Blocks that begin with ```python run are run, all of a page in one namespace: their `assert`s have to hold. Those of
docs/split.md then compute the committed vectors of splits. In docs/guide/from-sql-and-pandas.md the SQL, the Python and the wr
of a section have to give the same rows.
"""

import csv
import datetime as dt
import json
import math
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).parent.parent.parent
EXPECTED = REPOSITORY / "tests" / "expected"
TABLES = ["crm.users", "crm.contacts", "crm.mailing_history", "wallet.cards", "wallet.partners", "wallet.push_events"]
PROJECT = REPOSITORY / "target" / "pages"
WR = Path(os.environ.get("WR_TEST_BINARY", REPOSITORY / "target" / "debug" / "wr"))


def blocks(page):
    """(words, text, line) of each fenced block."""
    for found in re.finditer(r"^```([^\n]+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield found[1], found[2], page.count("\n", 0, found.start(2)) + 1


def run_python(path):
    """The names that the blocks of a page define."""
    names = {}
    for words, text, line in blocks(path.read_text(encoding="utf-8")):
        if words == "python run":
            # Errors tell the line of the page.
            exec(compile("\n" * (line - 1) + text, str(path), "exec"), names)
    return names


# docs/split.md ---------------------------------------------------------------------------------


def check_split(names):
    rows = list(csv.DictReader((EXPECTED / "split_vectors.csv").open(encoding="utf-8", newline="")))
    shares = {
        "branch_10_rest": [("control", "0.10"), ("test", "0.90")],
        "branch_33.3_33.3_rest": [("a", "0.333"), ("b", "0.333"), ("c", "0.334")],
    }
    for row in rows:
        seed = [row["seed"]] + ([row["seed_2"]] if row["seed_2"] else [])
        key = [row["canonical"]] + ([row["canonical_2"]] if row["kind_2"] else [])
        h = names["h"](seed, key)
        assert h == int(row["h"]), row
        for column, of in shares.items():
            assert names["branch"](h, of) == row[column], (column, row)
    exact = list(csv.DictReader((EXPECTED / "split_exactly.csv").open(encoding="utf-8", newline="")))
    for row in exact:
        is_stratified = row["case"] in ("cities", "many")
        together = [o for o in exact if o["case"] == row["case"] and o["stratum"] == row["stratum"]]
        if is_stratified and row["stratum"] == "":
            # CSV readers give one text for null and the empty text; each of these two strata has one key.
            together = [row]
        keys = [list(key) for key in {(o["key"],) for o in together}]
        given = [(f"b{i}", share) for i, share in enumerate(row["shares"].split("|"))]
        stratum = [row["stratum"]] if is_stratified else None
        branch = names["branch_exactly"]([row["key"]], keys, [row["case"]], given + [("last", "1")], stratum)
        assert branch == row["branch"], (branch, row)
    print(f"docs/split.md: {len(rows)} hashes, {len(exact)} rows of exact splits")


def check_clickhouse(page):
    try:
        import chdb
    except ImportError:
        print("left out: docs/split.md in ClickHouse (pip install chdb)")
        return
    query = next(text for words, text, _ in blocks(page.read_text(encoding="utf-8")) if words == "sql" and "SHA256(" in text)
    query = query.strip().replace("'SP-0001'", "seed").replace("toString(user_id)", "key")
    rows = list(csv.DictReader((EXPECTED / "split_vectors.csv").open(encoding="utf-8", newline="")))
    rows = [row for row in rows if not row["seed_2"] and not row["kind_2"]]
    for row in rows:
        seed, key = (value.replace("\\", "\\\\").replace("'", "\\'") for value in (row["seed"], row["canonical"]))
        h = str(chdb.query(f"{query} FROM (SELECT '{seed}' AS seed, '{key}' AS key)")).strip()
        assert h == row["h"], row
    print(f"docs/split.md in ClickHouse: {len(rows)} hashes")


# docs/guide/from-sql-and-pandas.md -------------------------------------------------------------


def table_file(table):
    path = REPOSITORY / "examples" / "data" / table.replace(".", "/")
    return path.with_suffix(".parquet") if path.with_suffix(".parquet").exists() else path.with_suffix(".csv")


def frames():
    """The tables as pandas gives them; what people do to the partner's empty name is left to them."""
    names = {"pd": pd, "np": np}
    for table in TABLES:
        path = table_file(table)
        short = {"mailing_history": "history", "push_events": "pushes"}.get(table.split(".")[1], table.split(".")[1])
        names[short] = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    return names


def database():
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        base.execute(f"CREATE SCHEMA IF NOT EXISTS {table.split('.')[0]}")
        base.execute(f"CREATE TABLE {table} AS FROM '{table_file(table)}'")
    return base


def in_wr(script):
    (PROJECT / "page.wr").write_text(script, encoding="utf-8")
    command = [WR, "run", "page.wr", "--json"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr or run.stdout
    lines = Path(json.loads(run.stdout)["files"][0]["path"]).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line, parse_float=Decimal) for line in lines]
    return list(rows[0]), [list(row.values()) for row in rows]


def cell(value):
    """A value in one form, whoever gave it: fractions to 12 digits, moments in UTC."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (pd.Timestamp, dt.datetime)):
        return pd.Timestamp(value).tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = str(value)
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if re.fullmatch(r"0\d+|\+.*", text) or not number.is_finite():
        return text
    return str(int(number)) if number == int(number) else f"{number:.12g}"


def rows_of(header, rows):
    return list(header), sorted(([cell(value) for value in row] for row in rows), key=str)


def check_side_by_side(page):
    shutil.copytree(REPOSITORY / "examples", PROJECT, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out", ".wr"))
    base, names = database(), frames()
    text = page.read_text(encoding="utf-8")
    before = re.search(r"<!-- wr before\n(.*?)-->", text, re.DOTALL)[1]
    sections = text.split("\n## ")[1:]
    for section in sections:
        title = section.split("\n")[0]
        given = {words: block for words, block, _ in blocks(section)}
        result = base.execute(given["sql run"])
        sql = rows_of([column[0] for column in result.description], result.fetchall())
        exec(compile(given["python run"], title, "exec"), names)
        answer = names["answer"]
        python = rows_of(answer.columns, answer.astype(object).itertuples(index=False))
        wr = rows_of(*in_wr(f'{before}\n{given["wr"]}\nexport answer to jsonl "answer.jsonl"\n'))
        assert sql[1], f"{title}: no rows"
        for name, other in (("pandas", python), ("wr", wr)):
            assert other[0] == sql[0], f"{title}: SQL has the columns {sql[0]}, {name} has {other[0]}"
            differing = [(a, b) for a, b in zip(sql[1], other[1]) if a != b][:3]
            assert len(other[1]) == len(sql[1]) and not differing, (
                f"{title}: SQL has {len(sql[1])} rows, {name} {len(other[1])}; {differing}"
            )
    print(f"{page.relative_to(REPOSITORY)}: {len(sections)} things in three languages")


def main():
    for path in sorted((REPOSITORY / "docs").rglob("*.md")):
        if path.name == "from-sql-and-pandas.md":
            check_side_by_side(path)
            continue
        names = run_python(path)
        if path.name == "split.md":
            check_split(names)
            check_clickhouse(path)


if __name__ == "__main__":
    sys.exit(main())
