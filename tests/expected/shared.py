"""The rules that all answers share: reading the sample data, periods, the hash, the form of an answer.

Plain Python, row by row; pyarrow only reads Parquet. See README.md for the form of the answers.
"""

import datetime as dt
import hashlib
import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
PROJECT = tomllib.loads((EXAMPLES / "wr.toml").read_text(encoding="utf-8"))
ZONE = ZoneInfo(PROJECT["zone"])
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


class Fails(Exception):
    """The run must fail; nothing is exported or recorded."""

    def __init__(self, why, message=None):
        self.why, self.message = why, message


# Reading the sample data. An instant is a whole number of microseconds since 1970. --------------


def parse_csv(text):
    """RFC 4180, by hand: the csv module cannot tell an empty field (null) from a quoted one (empty text)."""
    rows, row, at = [], [], 0
    while at < len(text):
        if text[at] == '"':
            field, at = "", at + 1
            while True:
                end = text.index('"', at)
                field, at = field + text[at:end], end + 1
                if text[at : at + 1] != '"':
                    break
                field, at = field + '"', at + 1
        else:
            end = re.compile(r",|\r\n|\Z").search(text, at).start()
            field, at = text[at:end] or None, end
        row.append(field)
        if text[at : at + 1] == ",":
            at += 1
        else:
            rows.append(row)
            row, at = [], at + 2
    header, *body = rows
    return [dict(zip(header, fields, strict=True)) for fields in body]


def read_csv(path):
    return parse_csv((EXAMPLES / "data" / path).read_bytes().decode())


def read_parquet(path):
    table = pq.read_table(EXAMPLES / "data" / path)
    for i, field in enumerate(table.schema):
        if str(field.type).startswith("timestamp[us"):
            table = table.set_column(i, field.name, table.column(i).cast("int64"))
    return table.to_pylist()


def micros(moment):
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def instant_from_text(text):
    return micros(dt.datetime.fromisoformat(text.replace("Z", "+00:00")))


def date_of(instant):
    """The day in the zone of the report."""
    return (EPOCH + dt.timedelta(microseconds=instant)).astimezone(ZONE).date()


def start_of(day):
    return micros(dt.datetime(day.year, day.month, day.day, tzinfo=ZONE))


PARTNERS = [{**row, "id": int(row["id"])} for row in read_csv("wallet/partners.csv")]
CARDS = read_parquet("wallet/cards.parquet")
USERS = {row["user_id"]: row for row in read_parquet("crm/users.parquet")}
HISTORY = [
    {**row, "user_id": int(row["user_id"]), "sent_at": instant_from_text(row["sent_at"])}
    for row in read_csv("crm/mailing_history.csv")
]


def read_cohort(cohort_id):
    about = EXAMPLES / "data" / "amp" / "cohorts" / f"{cohort_id}.toml"
    if not about.exists():
        raise Fails("parameter")
    rows = read_csv(f"amp/cohorts/{cohort_id}.csv")
    return [{"amplitude_id": int(r["amplitude_id"]), "user_id": r["user_id"]} for r in rows]


# Writing answers --------------------------------------------------------------------------------


def field(value):
    if value is None:
        return ""
    if isinstance(value, float):
        value = format(Decimal(repr(value)), "f").removesuffix(".0")
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if text == "" or re.search('[,"\r\n]', text) else text


def to_csv(header, rows):
    return "".join(",".join(field(v) for v in row) + "\r\n" for row in [header, *rows]).encode()


def utc(instant):
    return (EPOCH + dt.timedelta(microseconds=instant)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '\\"') + '"'


def to_toml(top, tables):
    lines = [f"{k} = {toml_value(v)}" for k, v in top.items()]
    for head, table in tables:
        lines += ["", head, *(f"{k} = {toml_value(v)}" for k, v in table.items())]
    return ("\n".join(lines) + "\n").encode()


# Values -----------------------------------------------------------------------------------------


def parse_period(text, today):
    if text == "last month":
        last = today.replace(day=1) - dt.timedelta(days=1)
        return last.replace(day=1), last
    if text == "last week":
        monday = today - dt.timedelta(days=today.weekday() + 7)
        return monday, monday + dt.timedelta(days=6)
    first, last = text.split("..")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last)


def parse_range(text):
    low, high = text.split("..")
    return (int(low) if low else None, int(high) if high else None)


def parse_percent(text):
    return Fraction(Decimal(text.removesuffix("%"))) / 100


def borders_of(first_day, last_day):
    """The instants that are in a period: from the first, up to but not including the second."""
    return start_of(first_day), start_of(last_day + dt.timedelta(days=1))


def share(part, whole):
    """`part / whole`"""
    return part / whole if whole else None


def in_range(value, low, high):
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


def int_or_null(text):
    """`int?(text)`"""
    if text is None or not re.fullmatch("-?[0-9]+", text, re.ASCII):
        return None
    return int(text) if -(2**127) <= int(text) < 2**127 else None


def years_between(born, day):
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# The hash of split and sample -------------------------------------------------------------------


def canonical(kind, value):
    """The text of a seed or key part. `value` is written as a person might write it."""
    if kind == "int":
        return str(int(value))
    if kind == "decimal":
        text = format(Decimal(value), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text in ("-0", "") else text
    return value.lower() if kind == "uuid" else value


def digest(seed_parts, key_parts):
    return hashlib.sha256("\x1f".join([*seed_parts, *key_parts]).encode()).digest()


def hash_number(sha256):
    return int.from_bytes(sha256[:8], "big")


def borders(branches):
    """Branches in the script's order, each with its share; None is `rest`."""
    total, result = Fraction(0), []
    for name, share in branches:
        total = Fraction(1) if share is None else total + share
        result.append((name, 2**64 * total.numerator // total.denominator))
    return result


def branch_of(h, branch_borders):
    return next(name for name, border in branch_borders if border > h)
