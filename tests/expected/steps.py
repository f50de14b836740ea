"""Computes what the steps must give, without wr.

    python3 steps.py          writes the tables and the answers into steps/
    python3 steps.py --check  compares them with what is committed; exit code 1 when they differ

DuckDB answers each `steps/<case>.sql`; hashlib answers the samples. See README.md for the form of the answers.
"""

import datetime as dt
import hashlib
import random
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

HERE = Path(__file__).parent / "steps"

# The tables ------------------------------------------------------------------------------------


def sales():
    """Days and numbers of pieces that meet again and again, nulls, texts that differ in case and blanks only."""
    chance = random.Random(2026)
    rows = []
    for id in range(1, 61):
        day = dt.date(2026, 10, 1) + dt.timedelta(days=chance.randrange(12))
        amount = None if chance.random() < 0.15 else Decimal(chance.randrange(-500, 9000)) / 100
        note = chance.choice([None, "", "a", "A", "a ", "gift"])
        rows.append((id, chance.choice(["north", "south", "Юг"]), day, amount, chance.randrange(1, 6), note))
    return rows


def returns():
    """Columns in another order and wider than those of `sales`; some rows are rows of `sales`, some stand twice."""
    chance = random.Random(7)
    known = sales()
    rows = []
    for _ in range(25):
        id, shop, day, amount, pieces, note = chance.choice(known)
        if chance.random() < 0.5:
            amount = None if chance.random() < 0.3 else Decimal(chance.randrange(0, 90000)) / 10000
        rows.append((note, amount, Decimal(pieces), shop, id, day))
    return rows


def months():
    """One row for each shop, a column for each month."""
    return [("north", 10, None, Decimal("2.50")), ("south", None, 0, None), ("Юг", 7, 7, Decimal("-1"))]


TABLES = {
    "sales": (sales, [
        ("id", "INTEGER"), ("shop", "VARCHAR"), ("day", "DATE"), ("amount", "DECIMAL(10, 2)"), ("pieces", "INTEGER"),
        ("note", "VARCHAR"),
    ]),
    "returns": (returns, [
        ("note", "VARCHAR"), ("amount", "DECIMAL(12, 4)"), ("pieces", "DECIMAL(6, 1)"), ("shop", "VARCHAR"),
        ("id", "INTEGER"), ("day", "DATE"),
    ]),
    "months": (months, [("shop", "VARCHAR"), ("jan", "INTEGER"), ("feb", "INTEGER"), ("mar", "DECIMAL(6, 2)")]),
}

# The form of an answer -------------------------------------------------------------------------


def text(value):
    if isinstance(value, Decimal):
        digits = format(value, "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return "0" if digits == "-0" else digits
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def field(value):
    if value is None:
        return ""
    words = text(value)
    needs_quotes = words == "" or any(sign in words for sign in ',"\r\n')
    return '"' + words.replace('"', '""') + '"' if needs_quotes else words


def to_csv(header, rows):
    lines = [",".join(header)] + [",".join(field(value) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


# Samples (B7) ----------------------------------------------------------------------------------


def hash_number(seed, key):
    joined = "\x1f".join([*seed, *key]).encode()
    return int.from_bytes(hashlib.sha256(joined).digest()[:8], "big")


def sample(count, seed, key):
    """All rows of `sales` whose key is one of the `count` keys with the smallest number, ties by key."""
    header = [name for name, _ in TABLES["sales"][1]]
    places = [header.index(name) for name in key]
    rows = sales()
    key_of = lambda row: tuple(row[place] for place in places)
    keys = sorted({key_of(row) for row in rows}, key=lambda k: (hash_number(seed, map(text, k)), k))
    kept = set(keys[:count])
    return to_csv(header, [row for row in rows if key_of(row) in kept])


SAMPLES = {
    "sample_by_id": (7, ["draw", "2026-11-09..2026-11-15"], ["id"]),
    "sample_by_shop_and_day": (4, ["SP-0001"], ["shop", "day"]),
    "sample_of_none": (0, ["x"], ["id"]),
    "sample_of_all": (1000, ["x"], ["id"]),
}


def sample_vectors():
    """The order in which keys are drawn: the number of each."""
    rows = []
    for seed in (["draw"], ["draw", "2026-11-09..2026-11-15"], ["Розыгрыш"]):
        for key in (["1"], ["2"], ["10"], ["-3"], ["1.5"], ["ёж"], [""], ["2026-11-09"], ["north", "7"]):
            rows.append((" + ".join(seed), " + ".join(key), hash_number(seed, key)))
    return to_csv(["seed", "key", "h"], rows)


# All of it -------------------------------------------------------------------------------------


def answers():
    base = duckdb.connect()
    for name, (rows, columns) in TABLES.items():
        base.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
        rows = rows()
        base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in columns)})", rows)
        yield f"data/db/{name}.csv", to_csv([column for column, _ in columns], rows)
    for path in sorted(HERE.glob("*.sql")):
        result = base.execute(path.read_text(encoding="utf-8"))
        header = [column[0] for column in result.description]
        yield path.with_suffix(".csv").name, to_csv(header, result.fetchall())
    for name, (count, seed, key) in SAMPLES.items():
        yield f"{name}.csv", sample(count, seed, key)
    yield "sample_vectors.csv", sample_vectors()


def main():
    fresh = dict(answers())
    committed = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.csv")}
    if "--check" in sys.argv[1:]:
        stale = [p for p in fresh if not (HERE / p).exists() or (HERE / p).read_bytes() != fresh[p]]
        stale += committed - fresh.keys()
        for path in sorted(stale):
            print(f"differs: steps/{path}")
        sys.exit(1 if stale else 0)
    for path in committed - fresh.keys():
        (HERE / path).unlink()
    for path, content in fresh.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(content)


if __name__ == "__main__":
    main()
