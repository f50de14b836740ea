"""Runs what the pages in docs/ claim in other languages, without wr where it can.

    python3 check.py    needs pandas and duckdb; asks ClickHouse where chdb is installed

Blocks that begin with ```python run are run, all of a page in one namespace: their `assert`s have to hold. Those of
docs/split.md then compute the committed vectors of splits.
"""

import csv
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
EXPECTED = REPOSITORY / "tests" / "expected"


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


def main():
    for path in sorted((REPOSITORY / "docs").rglob("*.md")):
        names = run_python(path)
        if path.name == "split.md":
            check_split(names)
            check_clickhouse(path)


if __name__ == "__main__":
    sys.exit(main())
