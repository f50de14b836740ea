"""Computes what functions must give for some arguments, without wr.

    python3 functions.py          writes functions/<family>.csv beside this file
    python3 functions.py --check  compares them with what is committed; exit code 1 when they differ

Each row is an expression as a script writes it, and the canonical text of its value: `null`, or the code of a failure.
The zone is Europe/Berlin, the locale English, and in people_ru.csv Russian. Python's standard library only.
"""

import calendar
import csv
import datetime as dt
import hashlib
import io
import itertools
import math
import re
import sys
import urllib.parse
from decimal import (ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext)
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "functions"
BERLIN = ZoneInfo("Europe/Berlin")
UTC = dt.timezone.utc
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
FAILS_CONVERSION, OVERFLOWS = "WR0802", "WR0801"


# Values to canonical texts, and to the words of a script. ----------------------------------------


def number(value):
    """Digits without trailing zeros, never with an exponent."""
    text = format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def canonical(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat()
    return value


def text(words):
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("{", "{{")):
        words = words.replace(sign, written)
    return f'"{words}"'


def moment(at):
    return f'datetime("{canonical(at)}")'


# Texts. ------------------------------------------------------------------------------------------

TEXTS = ["", "a", "  a b\t", "\u00a0ёж ", "Москва", "МОСКВА-река", "o'neill mc-donald", "straße", "ΣΑΣ ΟΔΟΣ", "a,b,,c", "x7 y-19",
         "é e\u0301", "🏖️ beach", "+7 (900) 123-45-67", "ivan.petrov@example.com", "a{b}"]


def initcap(words):
    words = words.lower()
    return "".join(
        char.upper() if char.isalnum() and not (at and words[at - 1].isalnum()) else char for at, char in enumerate(words)
    )


def substring(words, start, count=None):
    places = [place for place in range(1, len(words) + 1) if place >= start and (count is None or place < start + count)]
    return "".join(words[place - 1] for place in places)


def pad(words, length, fill, on_left):
    missing = max(length - len(words), 0) if fill else 0
    padding = (fill * missing)[:missing]
    return padding + words if on_left else words + padding


def split_part(words, separator, wanted):
    pieces = words.split(separator) if separator else [words]
    if wanted > 0:
        return pieces[wanted - 1] if wanted <= len(pieces) else None
    return pieces[wanted] if wanted < 0 and -wanted <= len(pieces) else None


def texts():
    for words in TEXTS:
        it = text(words)
        yield f"initcap({it})", initcap(words)
        yield f"trim_left({it})", words.lstrip()
        yield f"trim_right({it})", words.rstrip()
        yield f"url_encode({it})", urllib.parse.quote(words, safe="")
        for count in (-1, 0, 1, 3, 100):
            yield f"left({it}, {count})", words[: max(count, 0)]
            yield f"right({it}, {count})", words[max(len(words) - max(count, 0), 0):]
        for start, count in ((1, 2), (0, 2), (-3, 5), (2, 0), (2, -1), (3, 100), (50, 1)):
            yield f"substring({it}, {start}, {count})", substring(words, start, count)
        for start in (-2, 1, 3, 99):
            yield f"substring({it}, {start})", substring(words, start)
        for length, fill in ((0, "."), (5, "0"), (8, "ёж"), (6, ""), (-1, "x")):
            yield f"pad_left({it}, {length}, {text(fill)})", pad(words, length, fill, True)
            yield f"pad_right({it}, {length}, {text(fill)})", pad(words, length, fill, False)
        yield f"pad_left({it}, 4)", pad(words, 4, " ", True)
        yield f"pad_right({it}, 4)", pad(words, 4, " ", False)
        for count in (-1, 0, 1, 3):
            yield f"repeat({it}, {count})", words * max(count, 0)
        for separator in (",", " ", "", "-", "ё"):
            for wanted in (-4, -1, 0, 1, 2, 4):
                yield f"split_part({it}, {text(separator)}, {wanted})", split_part(words, separator, wanted)
        for part in ("", "a", "ж", "oe", "@example", ","):
            yield f"position({it}, {text(part)})", words.find(part) + 1 or None


PATTERNS = [r"\d+", r"[0-9]", r"a|ab", r"(\w+)@([a-z.]+)", r"^[A-Z]", r"[^\s]+$", r"x?", r"(a)|(b)", r"\b\w", r"(?i)москва", r"е?ж+", r".",
            r"\p{L}+", r"a*?b", r"(?:[a-z]+[ -]?)+", r"(\d)(\d)?$", r"\w{2,3}"]


def python_pattern(pattern):
    return re.compile(pattern.replace(r"\p{L}", r"[^\W\d_]"))


def patterns():
    for pattern, words in itertools.product(PATTERNS, TEXTS):
        # Marks on letters are letters of words in wr, as Unicode has it, but not in Python.
        if re.search("[\u0301\ufe0f]", words) and re.search(r"\\[wb]", pattern):
            continue
        found, it, written = python_pattern(pattern), text(words), pattern.replace("/", r"\/")
        groups, match = found.groups, found.search(words)
        yield f"matches({it}, /{written}/)", found.fullmatch(words) is not None
        yield f"contains({it}, /{written}/)", match is not None
        yield f"replace({it}, /{written}/, \"<$1>\")", replaced(found, words, "<$1>")
        if groups < 2:
            yield f"extract({it}, /{written}/)", match and match.group(groups)
        for group in range(groups + 1):
            yield f"extract({it}, /{written}/, {group})", match and match.group(group)


def replaced(found, words, new):
    """Python also takes an empty match right behind another match, other engines do not."""
    result, at, last_end = "", 0, None
    while at <= len(words):
        match = found.search(words, at)
        if not match:
            break
        start, end = match.span()
        if start == end and start == last_end:
            # The empty place behind a match: one letter on.
            if start == len(words):
                break
            result += words[at:start + 1]
            at, last_end = start + 1, None
            continue
        result += words[at:start] + new
        at, last_end = end, end
        if start == end:
            if start == len(words):
                at = len(words) + 1
                break
            result += words[start]
            at, last_end = start + 1, None
    return result + words[at:]


# Numbers. ----------------------------------------------------------------------------------------

MODES = {"round": ROUND_HALF_UP, "round_half_even": ROUND_HALF_EVEN, "round_to_zero": ROUND_DOWN, "floor": ROUND_FLOOR,
         "ceil": ROUND_CEILING}
DECIMALS = ["0", "2.5", "-2.5", "3.5", "-3.5", "2.51", "-0.49", "1.245", "-1.245", "1.255", "0.005", "0.015", "-0.015", "99999999.995",
            "12345678901234567890.12345", "-7", "7"]
FLOATS = ["0.5", "1.5", "2.5", "-2.5", "2.675", "1.005", "-0.125", "0.375", "1e15", "123456789.125", "5e-324"]


def rounded(value, digits, mode):
    with localcontext() as context:
        context.prec = 2000
        return value.quantize(Decimal(1).scaleb(-digits), rounding=mode)


def numbers():
    for name, mode in MODES.items():
        for words in DECIMALS:
            yield f"{name}({words})", rounded(Decimal(words), 0, mode)
            for digits in (0, 1, 2, 3):
                places = min(digits, -min(Decimal(words).as_tuple().exponent, 0))
                yield f"{name}({words}, {digits})", rounded(Decimal(words), places, mode)
        for words in FLOATS:
            exact = Decimal(float(words))
            yield f'{name}(float("{words}"))', rounded(exact, 0, mode)
            for digits in (0, 1, 2):
                yield f'{name}(float("{words}"), {digits})', float(rounded(exact, digits, mode))
    for words in DECIMALS:
        value = Decimal(words)
        yield f"sign({words})", (value > 0) - (value < 0)
    for words in ["0", "4", "2", "1e300", "5e-324", "0.1", "123456789", "-1", "-0.5"]:
        value = float(words)
        yield f'sqrt(float("{words}"))', math.sqrt(value) if value >= 0 else None
    for words in ["16", "2.25", "10%", "-4"]:
        value = float(words[:-1]) / 100 if words.endswith("%") else float(words)
        yield f"sqrt({words})", math.sqrt(value) if value >= 0 else None
    for x, y in itertools.product((1, 2, 0), (1, 2)):
        yield f"null_if({x}, {y})", None if x == y else x
    yield 'null_if("", "")', None
    yield 'null_if("a", "")', "a"
    yield "null_if(1.50, 1.5)", None
    yield "null_if(5, int?(\"x\"))", 5
    yield "null_if(int?(\"x\"), 5)", None


# Dates, moments, times. --------------------------------------------------------------------------

DATES = [dt.date(2026, 1, 1), dt.date(2024, 2, 29), dt.date(2026, 11, 23), dt.date(2027, 1, 3), dt.date(2020, 12, 31), dt.date(2021, 1, 3),
         dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1969, 12, 31), dt.date(2026, 3, 31), dt.date(2025, 2, 28), dt.date(2026, 11, 21)]
# Around the hours that Berlin leaves out (2026-03-29 01:00Z) and has twice (2026-10-25 01:00Z), and days of Lord Howe.
MOMENTS = [dt.datetime(2026, 3, 29, hour, minute, tzinfo=UTC) for hour in (0, 1) for minute in (0, 20, 59)]
MOMENTS += [dt.datetime(2026, 10, 25, hour, minute, 30, 5, tzinfo=UTC) for hour in (0, 1, 2) for minute in (0, 31)]
MOMENTS += [dt.datetime(2026, 3, 29, 9, 45, tzinfo=UTC), dt.datetime(2026, 10, 25, 22, 59, 59, 999999, tzinfo=UTC),
            dt.datetime(2026, 10, 25, 23, 0, tzinfo=UTC), dt.datetime(1969, 12, 31, 23, 30, 0, 1, tzinfo=UTC),
            dt.datetime(2026, 12, 31, 23, 30, tzinfo=UTC), dt.datetime(2026, 7, 1, 12, 0, tzinfo=UTC)]
CLOCK_UNITS = {"1min": 1, "5min": 5, "15min": 15, "30min": 30, "45min": 45, "1h": 60, "2h": 120, "6h": 360, "12h": 720, "24h": 1440}


def trunc_clock(at, minutes):
    """Back minute by minute, until the clock shows a multiple of the unit, or has jumped over one."""
    at = at.replace(second=0, microsecond=0)
    shown = lambda at: (lambda wall: wall.hour * 60 + wall.minute)(at.astimezone(BERLIN))
    while True:
        before = at - dt.timedelta(minutes=1)
        jumped = (shown(at) - shown(before)) % 1440 > 1 and shown(at) // minutes != shown(before) // minutes
        if shown(at) % minutes == 0 or jumped and shown(at) > shown(before):
            return at
        at = before


def start_of_day(day):
    """Midnight exists in Berlin on all of these days."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=BERLIN)


def trunc_date(day, unit):
    if unit == "1w":
        return day - dt.timedelta(days=day.isoweekday() - 1)
    months = {"1mo": 1, "2mo": 2, "3mo": 3, "4mo": 4, "6mo": 6, "1y": 12, "12mo": 12}.get(unit)
    return day.replace(day=1, month=(day.month - 1) // months * months + 1) if months else day


def add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start, end):
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def business_days(start, end):
    if end < start:
        return -business_days(end, start)
    return sum((start + dt.timedelta(days=n)).isoweekday() < 6 for n in range((end - start).days))


def add_business_days(day, count):
    step = dt.timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.isoweekday() > 5:
            day += step
    return day


def to_zero(value, unit):
    return abs(value) // unit * (1 if value >= 0 else -1)


def micros(at):
    return (at - EPOCH) // dt.timedelta(microseconds=1)


def dates():
    for day in DATES:
        it, iso = canonical(day), day.isocalendar()
        yield f"quarter({it})", (day.month + 2) // 3
        yield f"week({it})", iso.week
        yield f"week_year({it})", iso.year
        yield f"day_of_year({it})", day.timetuple().tm_yday
        for unit in ("1d", "1w", "7d", "1mo", "2mo", "3mo", "4mo", "6mo", "1y"):
            yield f"trunc({it}, {unit})", trunc_date(day, "1w" if unit == "7d" else unit)
        for count in (0, 1, -1, 5, -7, 11):
            near = 40 < day.toordinal() < dt.date.max.toordinal() - 40
            yield f"add_business_days({it}, {count})", add_business_days(day, count) if near or count == 0 else edge(day, count)
    for start, end in itertools.product(DATES[:6] + DATES[9:], DATES[:6] + DATES[9:]):
        pair = f"{canonical(start)}, {canonical(end)}"
        yield f"months_between({pair})", months_between(start, end)
        yield f"business_days_between({pair})", business_days(start, end)
    for form, words, value in [
        ("DD.MM.YYYY", "09.11.2026", dt.date(2026, 11, 9)), ("DD.MM.YYYY", "9.11.2026", FAILS_CONVERSION),
        ("D.M.YYYY", "9.1.2026", dt.date(2026, 1, 9)), ("D.M.YYYY", "09.11.2026", dt.date(2026, 11, 9)),
        ("YYYYMMDD", "20261109", dt.date(2026, 11, 9)), ("MM/DD/YYYY", "02/30/2026", FAILS_CONVERSION),
        ("M/D/YYYY", "11/9/2026", dt.date(2026, 11, 9)), ("DD.MM.YYYY", "09.11.2026 ", FAILS_CONVERSION),
        ("YYYY-MM-DD", "2026-11-09", dt.date(2026, 11, 9)), ("DD.MM.YYYY", "", FAILS_CONVERSION),
    ]:
        yield f"parse_date({text(words)}, {text(form)})", value
        yield f"parse_date?({text(words)}, {text(form)})", None if value == FAILS_CONVERSION else value
    for form, words, value in [
        ("DD.MM.YYYY hh:mm", "09.11.2026 08:30", dt.datetime(2026, 11, 9, 8, 30, tzinfo=BERLIN)),
        ("YYYYMMDDThhmmss", "20260701T235959", dt.datetime(2026, 7, 1, 23, 59, 59, tzinfo=BERLIN)),
        ("D.M.YYYY h:mm", "9.11.2026 8:05", dt.datetime(2026, 11, 9, 8, 5, tzinfo=BERLIN)),
        ("YYYY-MM-DD hh:mm", "2026-03-29 02:30", dt.datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("YYYY-MM-DD hh:mm", "2026-10-25 02:30", dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("YYYY-MM-DD hh:mm", "2026-10-25 24:00", FAILS_CONVERSION), ("YYYY-MM-DD hh:mm", "2026-10-25", FAILS_CONVERSION),
    ]:
        yield f"parse_datetime({text(words)}, {text(form)})", value
        yield f"parse_datetime?({text(words)}, {text(form)})", None if value == FAILS_CONVERSION else value


def edge(day, count):
    """Past the ends of the calendar there is no day."""
    try:
        return add_business_days(day, count)
    except OverflowError:
        return OVERFLOWS


def moments():
    for at in MOMENTS:
        it, wall = moment(at), at.astimezone(BERLIN)
        day = wall.date()
        yield f"hour({it})", wall.hour
        yield f"minute({it})", wall.minute
        yield f"second({it})", wall.second
        yield f"time({it})", wall.time()
        yield f"hour(time({it}))", wall.hour
        yield f"quarter({it})", (day.month + 2) // 3
        yield f"week({it})", day.isocalendar().week
        yield f"week_year({it})", day.isocalendar().year
        yield f"day_of_year({it})", day.timetuple().tm_yday
        for unit, minutes in CLOCK_UNITS.items():
            yield f"trunc({it}, {unit})", trunc_clock(at, minutes)
        for unit in ("1d", "1w", "1mo", "3mo", "1y"):
            yield f"trunc({it}, {unit})", start_of_day(trunc_date(day, unit))
        yield f"trunc({it}, 1s)", at.replace(microsecond=0)
        yield f"unix_seconds({it})", micros(at) // 1_000_000
        yield f"unix_millis({it})", micros(at) // 1_000
        for zone in ("Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "UTC"):
            there = at.astimezone(ZoneInfo(zone))
            yield f"date({it}, {text(zone)})", there.date()
            yield f"time({it}, {text(zone)})", there.time()
    for start, end in itertools.product(MOMENTS[::3], MOMENTS[::2]):
        pair, between = f"{moment(start)}, {moment(end)}", micros(end) - micros(start)
        yield f"seconds_between({pair})", to_zero(between, 1_000_000)
        yield f"minutes_between({pair})", to_zero(between, 60_000_000)
        yield f"hours_between({pair})", to_zero(between, 3_600_000_000)
    for seconds in (0, 1_794_214_800, -1, -62_135_596_800, 253_402_300_799):
        yield f"from_unix_seconds({seconds})", EPOCH + dt.timedelta(seconds=seconds)
        yield f"from_unix_millis({seconds * 1000 + 7})", EPOCH + dt.timedelta(milliseconds=seconds * 1000 + 7)
    for seconds in (-62_135_596_801, 253_402_300_800, 10**30):
        yield f"from_unix_seconds({seconds})", OVERFLOWS
        yield f"from_unix_millis({seconds * 1000})", OVERFLOWS
    for day, zone in itertools.product((dt.date(2026, 3, 29), dt.date(2026, 7, 1)), ("Asia/Tokyo", "America/New_York")):
        there = dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        yield f"datetime({canonical(day)}, {text(zone)})", there
        yield f'datetime("{canonical(day)}T00:00", {text(zone)})', there
    yield 'datetime("2026-07-01T00:00Z", "Asia/Tokyo")', dt.datetime(2026, 7, 1, tzinfo=UTC)
    yield 'date(2026-07-01T12:00, lower("Mars/Olympus"))', FAILS_CONVERSION
    for words, value in [("09:30", dt.time(9, 30)), ("23:59:59.5", dt.time(23, 59, 59, 500000)), ("24:00", None), ("9:30", None), ("", None)]:
        yield f"time({text(words)})", value or FAILS_CONVERSION
        yield f"time?({text(words)})", value
    yield "2026-01-31 + 2 * 1mo", add_months(dt.date(2026, 1, 31), 2)
    yield "2026-01-31 + -3 * 1d", dt.date(2026, 1, 28)
    yield "2026-03-28T12:00 + 24 * 1h", dt.datetime(2026, 3, 29, 11, 0, tzinfo=UTC)
    yield "2026-01-31 + 3000000000 * 1d", OVERFLOWS


# Hashes and contacts. ----------------------------------------------------------------------------

UUID = "01234567-89ab-cdef-0123-456789abcdef"


def sha256(words):
    return hashlib.sha256(words.encode()).hexdigest()


def hashes():
    for words in TEXTS:
        yield f"sha256({text(words)})", sha256(words)
        yield f"md5({text(words)})", hashlib.md5(words.encode()).hexdigest()
    for written, value in [("42", "42"), ("1.50", "1.5"), ("2026-11-09", "2026-11-09"), ("true", "true"),
                           (f'uuid("{UUID.upper()}")', UUID), ('datetime("2026-11-09T08:00Z")', "2026-11-09T08:00:00.000000Z")]:
        yield f"sha256({written})", sha256(value)
        yield f"md5({written})", hashlib.md5(value.encode()).hexdigest()
    long = "abc" * 40
    yield f'sha256(repeat("abc", 40))', sha256(long)
    for length in (54, 55, 56, 63, 64, 65, 119, 120):
        yield f'md5(repeat("x", {length}))', hashlib.md5(b"x" * length).hexdigest()
        yield f'sha256(repeat("x", {length}))', sha256("x" * length)
    for words, plain in [(" Ivan.Petrov@Example.COM\t", "ivan.petrov@example.com"), ("a@b", "a@b"), ("ИВАН@ПОЧТА.РФ", "иван@почта.рф"),
                         ("no address", None), ("@b", None), ("a@", None), ("a@b@c", None), ("a b@c", None), ("", None)]:
        yield f"hashed_email({text(words)})", plain and sha256(plain)
    for words, digits in [("+7 (900) 123-45-67", "79001234567"), ("0049 30 123456", "4930123456"), ("79001234567", "79001234567"),
                          ("123456", None), ("1234567", "1234567"), ("1234567890123456", None), ("no", None), ("+1 ٣23 4567890", "1234567890")]:
        yield f"hashed_phone({text(words)})", digits and sha256(digits)
    yield f'text(uuid("{UUID.replace("-", "").upper()}"))', UUID
    for words in (UUID, UUID.upper(), "{" + UUID + "}", "01234567-89ab-cdef-0123-456789abcde", "g" * 32, ""):
        right = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", words.lower())
        yield f"text(uuid?({text(words)}))", UUID if right else None
        yield f"text(uuid({text(words)}))", UUID if right else FAILS_CONVERSION


# For people. -------------------------------------------------------------------------------------

MONTHS = {"en": "January February March April May June July August September October November December".split(),
          "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()}
MONTH_NAMES = {"en": MONTHS["en"], "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()}
WEEKDAYS = {"en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
            "ru": "понедельник вторник среда четверг пятница суббота воскресенье".split()}
UNITS = {"en": ("d", "h", "min", "s"), "ru": ("д", "ч", "мин", "с")}


def grouped(digits, locale):
    group, point = (",", ".") if locale == "en" else ("\u00a0", ",")
    sign, digits = ("−", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, fraction = digits.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", group)
    return sign + whole + (point + fraction if fraction else "")


def fixed(value, digits):
    words = format(rounded(value, digits, ROUND_HALF_UP), "f")
    return words.lstrip("-") if not rounded(value, digits, ROUND_HALF_UP) else words


def duration(seconds, locale):
    parts, left = [], abs(seconds)
    for unit, size in zip(UNITS[locale], (86_400, 3_600, 60, 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{grouped(str(count), locale)} {unit}")
    return ("−" if seconds < 0 else "") + " ".join(parts or [f"0 {UNITS[locale][3]}"])


def people(locale):
    for words in ["0", "1500", "12345", "-1234567.891", "0.005", "-0.004", "99999.995", "12345678901234567890.5"]:
        for digits in (0, 1, 2, 5):
            yield f"format_number({words}, {digits})", grouped(fixed(Decimal(words), digits), locale)
    for words in ["0.1", "2.5", "1e20", "-123456.789", "1e-7"]:
        for digits in (0, 1, 3):
            yield f'format_number(float("{words}"), {digits})', grouped(fixed(Decimal(float(words)), digits), locale)
    for words in ["0.125", "1", "-0.0005", "12.5"]:
        for digits in (0, 1, 2):
            yield f"format_percent({words}, {digits})", grouped(fixed(Decimal(words) * 100, digits), locale) + "%"
    yield "format_percent(12.5%, 1)", grouped("12.5", locale) + "%"
    yield "format_percent(1 / 3, 1)", grouped(fixed(Decimal(1 / 3) * 100, 1), locale) + "%"
    for day in DATES[1:4] + DATES[9:11]:
        words = f"{day.day} {MONTHS[locale][day.month - 1]} {day.year}"
        yield f"format_date({canonical(day)})", words
        yield f"month_name({canonical(day)})", MONTH_NAMES[locale][day.month - 1]
        yield f"weekday_name({canonical(day)})", WEEKDAYS[locale][day.isoweekday() - 1]
    for at in MOMENTS[::5]:
        wall = at.astimezone(BERLIN)
        words = f"{wall.day} {MONTHS[locale][wall.month - 1]} {wall.year}, {wall.hour:02}:{wall.minute:02}"
        yield f"format_date({moment(at)})", words
        yield f"weekday_name({moment(at)})", WEEKDAYS[locale][wall.isoweekday() - 1]
    for seconds in (0, 59, 60, 3661, 86_400, -7200, 123_456_789, 86_399, 10**15):
        yield f"format_duration({seconds})", duration(seconds, locale)


# Over the rows of a group. -----------------------------------------------------------------------
# A row: the expression, the type of x, the values of x and of y one per row, and the value.


def quantile(values, share):
    values = sorted(Fraction(value) for value in values)
    if not values:
        return None
    place = (len(values) - 1) * Fraction(share)
    below = place.numerator // place.denominator
    above = min(below + 1, len(values) - 1)
    return float(values[below] + (place - below) * (values[above] - values[below]))


def variance(values, sample):
    values = [Fraction(value) for value in values]
    count = len(values) - sample
    if count < 1:
        return None
    mean = sum(values) / len(values)
    try:
        return float(sum((value - mean) ** 2 for value in values) / count)
    except OverflowError:
        return OVERFLOWS


def deviation(values, sample):
    spread = variance(values, sample)
    return math.sqrt(spread) if isinstance(spread, float) else spread


SAMPLES = [
    ("int", "1 2 3 4"), ("int", "5"), ("int", ""), ("int", "null null"), ("int", "3 null 1 10 2"), ("int", "7 7 7"),
    ("int", "170141183460469231731687303715884105727 -170141183460469231731687303715884105728 0"),
    ("decimal(12, 2)", "0.10 0.20 0.40 null 1.05"), ("decimal(38, 10)", "0.0000000001 3.1415926535 -2.7182818284"),
    ("float", "0.1 0.2 0.3"), ("float", "1e308 1e308 -1e308"), ("float", "5e-324 1e-323 0"), ("float", "2.5 -7 2.675 1e6 0.0001"),
    ("float", "1 1 1 1 2"), ("float", "1e154 2e154"),
]
PAIRS = [("b a c", "2 1 3"), ("b a c", "1 1 1"), ("b null c", "2 1 3"), ("b a c", "null null 3"), ("b a null", "null null null"),
         ("null null", "1 2"), ("", ""), ("b a b c a", "5 4 3 3 4")]


def split_values(words, kind):
    """Floats exactly as binary fractions, decimals as they are written."""
    exact = (lambda word: Fraction(float(word))) if kind == "float" else Fraction
    return [exact(word) for word in words.split() if word != "null"]


def chosen(x, y, descending):
    """Of the rows that have an x, that of the smallest (greatest) y, those without one last; then the smallest x."""
    rows = [(key, value) for value, key in zip(x.split(), y.split()) if value != "null"]
    place = lambda key: (1, 0) if key == "null" else (0, -int(key) if descending else int(key))
    rows.sort(key=lambda row: (place(row[0]), row[1]))
    return [value for _, value in rows]


def aggregates():
    for kind, words in SAMPLES:
        values = split_values(words, kind)
        yield "median(x)", kind, words, "", quantile(values, Fraction(1, 2))
        for share in ("0", "0.1", "25%", "0.9", "99.9%", "1"):
            exact = Fraction(share[:-1]) / 100 if share.endswith("%") else Fraction(share)
            yield f"quantile(x, {share})", kind, words, "", quantile(values, exact)
        yield "variance(x)", kind, words, "", variance(values, 1)
        yield "variance_population(x)", kind, words, "", variance(values, 0)
        yield "stddev(x)", kind, words, "", deviation(values, 1)
        yield "stddev_population(x)", kind, words, "", deviation(values, 0)
        counts = {value: values.count(value) for value in values}
        best = [value for value in sorted(counts) if counts[value] == max(counts.values())]
        yield "mode(x)", kind, words, "", None if not best else float(best[0]) if kind == "float" else plain(best[0])
    for x, y in PAIRS:
        up, down = chosen(x, y, False), chosen(x, y, True)
        yield "first(x by y)", "text", x, y, up[0] if up else None
        yield "last(x by y)", "text", x, y, down[0] if down else None
        yield "first(x by y desc)", "text", x, y, down[0] if down else None
        yield "last(x by y desc)", "text", x, y, up[0] if up else None
        yield 'join_text(x, "-" by y)', "text", x, y, "-".join(up) if up else None
        yield 'join_text(x, "-" by y desc)', "text", x, y, "-".join(down) if down else None
        yield 'join_text(x, ", ")', "text", x, y, ", ".join(sorted(up)) if up else None
        yield 'join_text_distinct(x, ", ")', "text", x, y, ", ".join(sorted(set(up))) if up else None
        most = [value for value in sorted(set(up)) if up.count(value) == max(up.count(other) for other in up)]
        yield "mode(x)", "text", x, y, most[0] if most else None


def plain(value):
    with localcontext() as context:
        context.prec = 60
        return Decimal(value.numerator) / Decimal(value.denominator)


# Files. ------------------------------------------------------------------------------------------


def rows_of(cases):
    return [["expression", "value"]] + [[expression, canonical(value)] for expression, value in cases]


def files():
    yield "text", rows_of(texts())
    yield "pattern", rows_of(patterns())
    yield "number", rows_of(numbers())
    yield "date", rows_of(dates())
    yield "moment", rows_of(moments())
    yield "hash", rows_of(hashes())
    yield "people", rows_of(people("en"))
    yield "people_ru", rows_of(people("ru"))
    yield "aggregate", [["expression", "type", "x", "y", "value"]] + [[*row[:4], canonical(row[4])] for row in aggregates()]


def main():
    stale = []
    for name, rows in files():
        content = io.StringIO()
        csv.writer(content, lineterminator="\r\n").writerows(rows)
        path, content = FOLDER / f"{name}.csv", content.getvalue().encode()
        if "--check" in sys.argv:
            if not path.exists() or path.read_bytes() != content:
                stale.append(str(path))
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(content)
    for path in stale:
        print(f"{path} is not what this computes", file=sys.stderr)
    sys.exit(bool(stale))


if __name__ == "__main__":
    main()
