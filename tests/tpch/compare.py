"""Runs the queries of TPC-H in wr and in DuckDB, on the same data, and compares the rows.

    python3 compare.py           all queries; needs duckdb, tpchgen-cli, and wr in target/debug
    python3 compare.py q03 q15   only these

`<query>.sql` is the query of the benchmark, `<query>.wr` says the same in wr. Some parameters differ from the benchmark's
validation run, so that at scale factor 0.01 each query has rows. Decimals, dates and texts must be equal, floats to one part
in 10^9. Rows must come in the same order. A query without a `.wr` is named: it needs what the language has not got yet.
"""

import csv
import datetime as dt
import io
import json
import math
import os
import shutil
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "target"
PROJECT = TARGET / "tpch"
DATA = PROJECT / "data"
WR = Path(os.environ.get("WR_TEST_BINARY", TARGET / "debug" / "wr"))
TABLES = ["region", "nation", "supplier", "part", "partsupp", "customer", "orders", "lineitem"]
SCALE_FACTOR = "0.01"
SLOW = 5.0  # seconds


def generate():
    """The data, and the project beside them, under target/."""
    DATA.mkdir(parents=True, exist_ok=True)
    for path in [*PROJECT.glob("*?.wr"), PROJECT / "wr.toml"]:
        path.unlink(missing_ok=True)
    for path in [*HERE.glob("*.wr"), HERE / "wr.toml"]:
        shutil.copy(path, PROJECT)
    if not all((DATA / f"{table}.parquet").exists() for table in TABLES):
        generator = Path(sys.executable).parent / "tpchgen-cli"
        command = [generator, "parquet", "-s", SCALE_FACTOR, "-o", DATA, "--quiet"]
        subprocess.run(command, check=True)


def in_duckdb(base, query):
    result = base.execute((HERE / f"{query}.sql").read_text(encoding="utf-8"))
    return [column[0] for column in result.description], result.fetchall()


def in_wr(query):
    started = time.monotonic()
    command = [WR, "run", f"{query}.wr", "--json"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8")
    if run.returncode:
        raise RuntimeError(run.stderr.strip() or run.stdout.strip())
    text = Path(json.loads(run.stdout)["files"][0]["path"]).read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return header, rows, time.monotonic() - started


def same(expected, text):
    """No answer here has nulls or empty texts, which the reader of CSV could not tell apart."""
    if isinstance(expected, float):
        return math.isclose(expected, float(text), rel_tol=1e-9)
    if isinstance(expected, (int, Decimal)):
        return Decimal(text) == expected
    if isinstance(expected, dt.date):
        return text == expected.isoformat()
    return text == expected and text != ""


def differences(expected, got):
    (names, rows), (header, lines) = expected, got
    if names != header:
        yield f"columns are {header}, not {names}"
    if len(rows) != len(lines):
        yield f"{len(lines)} rows, not {len(rows)}"
    for number, (row, line) in enumerate(zip(rows, lines), 1):
        for name, value, text in zip(names, row, line):
            if not same(value, text):
                yield f"row {number}, {name}: {text}, not {value}"


def main():
    generate()
    base = duckdb.connect()
    for table in TABLES:
        base.execute(f"CREATE VIEW {table} AS FROM '{DATA / table}.parquet'")
    asked = sys.argv[1:] or sorted(path.stem for path in HERE.glob("q*.sql"))
    failed, missing = 0, []
    for query in asked:
        if not (HERE / f"{query}.wr").exists():
            missing.append(query)
            continue
        expected = in_duckdb(base, query)
        if not expected[1]:
            raise SystemExit(f"{query}: DuckDB gives no rows, which compares nothing")
        try:
            header, rows, seconds = in_wr(query)
            wrong = list(differences(expected, (header, rows)))
        except RuntimeError as error:
            wrong, seconds = [str(error)], 0
        failed += bool(wrong)
        words = "differs" if wrong else "ok"
        print(f"{query}  {words}  {len(expected[1])} rows, {seconds:.1f} s{'  slow' if seconds > SLOW else ''}")
        for difference in wrong[:5]:
            print(f"    {difference}")
    if missing:
        print(f"not in wr yet: {', '.join(missing)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
