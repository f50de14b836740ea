"""Writes the sample data beside this file. Same code, same rows, and with the same pyarrow the same bytes.

    python3 generate.py

Needs pyarrow. The data are invented. They hold what goes wrong in life: see `ODD_CITIES`,
`border_cards` and the cohorts at the end.

CSV: RFC 4180; an empty field is null, a quoted empty field is an empty text.
Only `Random.random` is used: Python promises its numbers for every version.
"""

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
UTC = dt.timezone.utc
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 12:00 in Moscow, the `as_of` of wr.toml

CITIES = [
    ("Москва", 30), ("Санкт-Петербург", 14), ("Казань", 7), ("Новосибирск", 6), ("Екатеринбург", 6),
    ("Нижний Новгород", 5), ("Самара", 4), ("Уфа", 4), ("Краснодар", 4), ("Йошкар-Ола", 2), ("Орёл", 2), ("Tbilisi", 1),
]
ODD_CITIES = [
    "Москва ", " Казань", "Уфа\t", "Нижний\u00a0Новгород",  # blanks that one does not see
    "и\u0306ошкар-ола", "Орел", "МОСКВА",  # alike, not equal
    'Нью-Йорк, "США"', "Ростов\nна-Дону", "Тверь\r\nТверская обл.", "Москва; центр", "'Псков'",  # what breaks a CSV
    "=1+1", "+7", "-1", "@SUM(A1)",  # what a spreadsheet runs
    "Сочи 🏖️", "İzmir", "NULL", "null", "0042", "1e5", "true", "2026-10-01",  # what is only a text
]
FEMALE = ["Анна", "Мария", "Елена", "Ольга", "Алёна", "Зульфия", "Ying"]
MALE = ["Иван", "Пётр", "Алексей", "Дмитрий", "Тимур", "O'Neil", "José"]

rng = random.Random(20261123)


def below(n):
    return int(rng.random() * n)


def chance(p):
    return rng.random() < p


def pick(items):
    return items[below(len(items))]


def pick_weighted(pairs):
    at = rng.random() * sum(weight for _, weight in pairs)
    for item, weight in pairs:
        at -= weight
        if at < 0:
            return item
    return pairs[-1][0]


def shuffled(items):
    items = list(items)
    for i in range(len(items) - 1, 0, -1):
        j = below(i + 1)
        items[i], items[j] = items[j], items[i]
    return items


def digits(n):
    return "".join(str(below(10)) for _ in range(n))


def code(n):
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    return "".join(pick(letters) for _ in range(n))


def city():
    at = rng.random()
    if at < 0.06:
        return None
    if at < 0.08:
        return ""
    if at < 0.11:
        return pick(ODD_CITIES)
    return pick_weighted(CITIES)


def instant(first, last):
    """An instant of [first, last); most systems keep whole seconds, some keep microseconds."""
    seconds = int((last - first).total_seconds())
    at = first + dt.timedelta(seconds=below(seconds))
    return at + dt.timedelta(microseconds=below(1_000_000)) if chance(0.15) else at


def csv_field(value):
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    text = str(value)
    quoted = text == "" or any(c in text for c in ',"\r\n')
    return '"' + text.replace('"', '""') + '"' if quoted else text


def write_csv(path, header, rows):
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(csv_field(v) for v in row) for row in [header, *rows]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode())


def write_parquet(path, schema, rows):
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows), schema)]
    pq.write_table(pa.table(columns, schema=schema), path, compression="zstd", row_group_size=10_000)


# wallet.partners ------------------------------------------------------------------------------

DEFAULT_PARTNER = 17  # the first by name, byte for byte
PARTNERS = [  # id, name, category, fee, since, weight of its cards
    (17, "Aurora Coffee", "кофе", Decimal("1.50"), dt.date(2021, 3, 1), 20),
    (4, "aurora coffee", "кофе", None, None, 3),
    (8, "Zebra Books", "книги", Decimal("0.75"), dt.date(2022, 7, 15), 9),
    (1, "Аптека № 1", "аптеки", Decimal("2.00"), dt.date(2019, 1, 1), 14),
    (2, "Азбука", "продукты", Decimal("0.10"), dt.date(2019, 1, 1), 12),
    (3, "Ромашка", "цветы", Decimal("3.25"), dt.date(2020, 5, 4), 6),
    (5, "РОМАШКА", "цветы", None, dt.date(2024, 2, 29), 2),
    (6, 'Кафе "У моря", Сочи', "кофе", Decimal("1.00"), dt.date(2023, 6, 1), 4),
    (7, "Садовод ", "", Decimal("0.00"), dt.date(2018, 12, 31), 3),
    (9, "Пекарня\nи точка", "продукты", Decimal("1.25"), dt.date(2025, 1, 9), 2),
    (10, "Скидка =1+1", None, None, None, 1),
    (3000000019, "Ёлка", "продукты", Decimal("99.99"), dt.date(2020, 12, 1), 10),
    (12, "🐶 Лапа", "животные", Decimal("4.00"), dt.date(2021, 11, 11), 3),
    (21, "Лавка сезона", "продукты", Decimal("1.10"), dt.date(2025, 12, 1), 2),  # no card after March
    (22, "Новый партнёр", None, None, dt.date(2026, 11, 20), 0),  # no card at all
]

# crm.users ------------------------------------------------------------------------------------

USERS = 20_000
BIG = 2**53  # above it a float keeps only every second whole number


def user_ids():
    ids = set()
    while len(ids) < USERS - 2_000:
        ids.add(1_000_000 + below(9_000_000))
    while len(ids) < USERS:
        first = BIG + 1 + 2 * below(10**15)
        ids.update((first, first + 1))  # two people that one float stands for
    return shuffled(sorted(ids))


def birth_date():
    at = rng.random()
    if at < 0.12:
        return None
    if at < 0.125:
        return dt.date(1900, 1, 1)  # "not known" in an older system
    if at < 0.126:
        return dt.date(2062, 5, 1)  # 62 read as 2062
    if at < 0.14:  # the birthday is today, or was yesterday, or is tomorrow
        year = pick([2008, 2008, 1990, 1960, 1961, 2001])
        return dt.date(year, 11, pick([22, 23, 24]))
    if at < 0.143:
        return dt.date(pick([1984, 1996, 2004]), 2, 29)
    return dt.date(1948, 1, 1) + dt.timedelta(days=below(64 * 365))


def user_row(user_id):
    gender = pick_weighted([("f", 47), ("m", 40), (None, 10), ("", 1), ("F", 1), ("м", 1)])
    name = None if chance(0.05) else pick(FEMALE if gender == "f" else MALE)
    phone = None if chance(0.1) else "+79" + digits(9)
    token = None if chance(0.12) else "" if chance(0.01) else code(10)
    updated = instant(dt.datetime(2026, 6, 1, tzinfo=UTC), NOW)
    return (user_id, name, phone, gender, birth_date(), city(), token, updated)


USERS_SCHEMA = pa.schema([
    pa.field("user_id", pa.int64(), nullable=False), ("name", pa.string()), ("phone", pa.string()),
    ("gender", pa.string()), ("birth_date", pa.date32()), ("city", pa.string()), ("push_token", pa.string()),
    pa.field("updated_at", pa.timestamp("us", "UTC"), nullable=False),
])

# wallet.cards ---------------------------------------------------------------------------------

CARDS = 30_000
KINDS = [("plastic", 500), ("issued", 380), ("import", 80), (None, 20), ("issued ", 8), ("Issued", 6), ("", 6)]


def card_number():
    at = rng.random()
    if at < 0.4:
        return digits(16)
    if at < 0.7:
        return pick(["9", "7"]) + digits(18)  # 19 digits: no float and not every int64 holds it
    if at < 0.9:
        return "000" + digits(7)
    return pick(["A-", "№ ", ""]) + digits(6)


def barcode():
    return None if chance(0.45) else "" if chance(0.01) else pick(["0", "2", "46"]) + digits(11)


def card_fields():
    balance = None if chance(0.6) else Decimal(below(500_000) - 1_000).scaleb(-2)
    return (card_number(), barcode(), city(), balance)


def border_cards(users):
    """Cards of the default partner at the borders of October: in Moscow, in UTC, and of single days."""
    borders = [
        "2026-09-30T20:59:59.999999", "2026-09-30T21:00:00", "2026-09-30T23:59:59.999999", "2026-10-01T00:00:00",
        "2026-10-14T20:59:59.999999", "2026-10-14T21:00:00", "2026-10-15T00:00:00",
        "2026-10-31T20:59:59.999999", "2026-10-31T21:00:00", "2026-10-31T23:59:59.999999", "2026-11-01T00:00:00",
        "2026-02-28T20:59:59.999999", "2026-02-28T21:00:00", "2026-02-28T21:29:59.999999", "2026-01-31T21:00:00",
    ]
    for text in borders:
        for kind in ["plastic", "issued", "issued", "import"]:  # several cards at one instant: the key decides
            yield (pick(users), DEFAULT_PARTNER, kind, dt.datetime.fromisoformat(text).replace(tzinfo=UTC))


def ordinary_card(users):
    partner = None if chance(0.02) else pick_weighted([(p[0], p[5]) for p in PARTNERS])
    last = dt.datetime(2026, 3, 31, tzinfo=UTC) if partner == 21 else NOW
    at = instant(dt.datetime(2025, 12, 31, 21, tzinfo=UTC), last)
    return (pick(users), partner, pick_weighted(KINDS), at)


def on_empty_day(card):
    """The default partner gives no card on one day in October (in Moscow)."""
    _, partner, _, at = card
    return partner == DEFAULT_PARTNER and (at + dt.timedelta(hours=3)).date() == dt.date(2026, 10, 12)


def card_rows(ids):
    users = ids[: USERS // 2] + [77 + i for i in range(40)]  # some cards are of people whom the CRM does not know
    regulars = ids[:60]  # who add several cards a day
    cards = list(border_cards(users))
    while len(cards) < CARDS - 600:
        cards.append(ordinary_card(users))
    for _ in range(100):
        user, day = pick(regulars), instant(dt.datetime(2026, 8, 1, tzinfo=UTC), NOW - dt.timedelta(days=1))
        for _ in range(6):
            at = day + dt.timedelta(minutes=below(300))
            cards.append((user, DEFAULT_PARTNER, pick(["plastic", "issued"]), at))
    cards = [card for card in cards if not on_empty_day(card)]
    numbers = shuffled(range(500_001, 500_001 + len(cards)))
    return shuffled((number, *card, *card_fields()) for number, card in zip(numbers, cards))


CARDS_SCHEMA = pa.schema([
    pa.field("card_id", pa.int64(), nullable=False), pa.field("user_id", pa.int64(), nullable=False),
    ("partner_id", pa.int64()), ("kind", pa.string()),
    pa.field("issued_at", pa.timestamp("us", "UTC"), nullable=False),
    pa.field("card_number", pa.string(), nullable=False), ("barcode", pa.string()), ("city", pa.string()),
    ("balance", pa.decimal128(12, 2)),
])

# crm.mailing_history --------------------------------------------------------------------------

MAILINGS = [  # id, sent at, people
    ("SM-0401", "2026-09-14T09:00:00", 900),
    ("SM-0402", "2026-10-05T09:30:00", 900),
    ("SM-0403", "2026-10-26T08:15:30.250000", 900),
    ("SM-0404", "2026-11-16T08:59:59.999999", 400),  # one microsecond more than seven days before `as_of`
    ("SM-0405", "2026-11-16T09:00:00", 400),  # seven days before `as_of`
    ("SM-0406", "2026-11-18T15:00:00", 700),
    ("SM-0407", "2026-11-22T21:30:00", 500),  # today in Moscow, yesterday in UTC
]


def history_rows(ids):
    for sub_id, sent, people in MAILINGS:
        at = dt.datetime.fromisoformat(sent).replace(tzinfo=UTC)
        for user_id in shuffled(ids)[:people]:
            group = pick_weighted([("test", 85), ("control", 13), ("Test", 1), ("test ", 1)])
            yield (sub_id, user_id, group, at)


# wallet.push_events ---------------------------------------------------------------------------

PLATFORMS = [("android", 540), ("ios", 350), ("huawei", 80), (None, 12), ("iOS", 8), ("Android ", 6), ("", 4)]
SENDING_MINUTES = {"SM-0402": 3 * 1440, "SM-0403": 5 * 1440, "SM-0406": 420}  # some take hours or days, others half an hour


def at_utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


def soon(seconds):
    return dt.timedelta(seconds=below(seconds), microseconds=below(1_000_000) if chance(0.3) else 0)


def answers_to(sent):
    """What the phone tells of a push: kinds and instants. It may tell them late, twice, or only the second of them."""
    is_delivered, delivered = chance(0.82), sent + soon(3600)
    if chance(0.05):
        delivered = sent + soon(9 * 86_400)  # the phone was off
    if is_delivered:
        yield ("delivered", delivered)
    if chance(0.30 if is_delivered else 0.04):
        yield ("read", sent + soon(6 * 86_400) if chance(0.1) else delivered + soon(7200))
    if chance(0.01):
        yield ("read", sent - soon(60))  # a phone whose clock is slow
    if chance(0.03):
        yield (pick(["dismissed", "Read", "delivered "]), sent + soon(3600))


def border_pushes(users):
    """Sendings at the borders of days and of October, each with an answer exactly three days later or just after it."""
    borders = [
        "2026-09-30T20:59:59.999999", "2026-09-30T21:00:00", "2026-10-31T20:59:59.999999", "2026-10-31T21:00:00",
        "2026-11-18T20:59:59.999999", "2026-11-18T21:00:00",
    ]
    people = iter(users)
    for text in borders:
        for late in (dt.timedelta(0), dt.timedelta(microseconds=1)):
            for kinds in (["delivered"], ["delivered", "read"], ["read"]):
                person, sent = next(people), at_utc(text)
                yield ("SM-0400", person, "sent", sent)
                yield from (("SM-0400", person, kind, sent + dt.timedelta(days=3) + late) for kind in kinds)
    # Sent before midnight, and once more after it: the first sending counts.
    for text in ["2026-10-31T20:59:30", "2026-11-18T20:59:30"]:
        person = next(people)
        yield from (("SM-0400", person, "sent", at_utc(text) + dt.timedelta(minutes=i)) for i in range(3))
    # An answer to no push.
    yield from (("SM-0499", next(people), kind, at_utc("2026-10-20T10:00:00")) for kind in ["delivered", "read"])


def mailed_pushes(history):
    for sub_id, person, group, at in history:
        if group != "test" or sub_id == "SM-0401":
            continue
        sent = at + dt.timedelta(seconds=below(60 * SENDING_MINUTES.get(sub_id, 30)))
        yield (sub_id, person, "sent", sent)
        if chance(0.03):
            yield (sub_id, person, "sent", sent + soon(1800))  # tried again
        yield from ((sub_id, person, kind, at) for kind, at in answers_to(sent))


def push_rows(ids, history):
    platforms = {}
    for sub_id, person, kind, at in [*border_pushes(ids[200:300]), *mailed_pushes(history)]:
        if at >= NOW:
            continue
        platform = platforms.setdefault(person, pick_weighted(PLATFORMS))
        received = at + (soon(5 * 86_400) if chance(0.03) else soon(5))
        row = (code(12), sub_id, person, None if kind != "sent" and chance(0.2) else platform, kind, at, received)
        yield row
        if chance(0.02):
            yield (*row[:6], received + soon(3600))  # the queue gave it twice


PUSH_SCHEMA = pa.schema([
    pa.field("event_id", pa.string(), nullable=False), pa.field("sub_id", pa.string(), nullable=False),
    pa.field("user_id", pa.int64(), nullable=False), ("platform", pa.string()),
    pa.field("kind", pa.string(), nullable=False), pa.field("at", pa.timestamp("us", "UTC"), nullable=False),
    pa.field("received_at", pa.timestamp("us", "UTC"), nullable=False),
])

# wallet.promo_steps, wallet_store.winners -----------------------------------------------------

WEEKS = [  # Monday, people who did all five steps, people who did some
    ("2026-10-05", 0, 40), ("2026-10-12", 10, 60), ("2026-10-19", 9, 60), ("2026-11-02", 45, 200), ("2026-11-16", 70, 300),
]
DRAWN_WEEKS = ["2026-08-31", "2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-26", "2026-11-09"]
STEPS = 5


def within_week(monday):
    """An instant of the week in Moscow."""
    start = at_utc(monday) - dt.timedelta(hours=3)
    return instant(start, start + dt.timedelta(days=7))


def promo_rows(ids):
    for number, (monday, whole, some) in enumerate(WEEKS):
        people = ids[1000 + 400 * number :]
        for person in people[:whole]:
            yield from ((person, step, within_week(monday)) for step in range(1, STEPS + 1))
            if chance(0.4):
                yield (person, 1 + below(STEPS), within_week(monday))  # a step done twice
        for person in people[whole : whole + some]:
            missing = 1 + below(STEPS)
            steps = {1 + below(STEPS) for _ in range(1 + below(6))} - {missing} | {pick([0, 6])}  # 0 and 6 are bonuses
            yield from ((person, step, within_week(monday)) for step in sorted(steps))
        start = at_utc(monday) - dt.timedelta(hours=3)
        last = start + dt.timedelta(days=7)
        if whole > 10:
            # At the borders: the first and the last instant of the week count, those beside them do not.
            inside, before, after = people[whole + some : whole + some + 3]
            moment = dt.timedelta(microseconds=1)
            yield from ((inside, step, start if step < 4 else last - moment) for step in range(1, STEPS + 1))
            yield from ((before, step, start - moment if step == 1 else start) for step in range(1, STEPS + 1))
            yield from ((after, step, last if step == 5 else last - moment) for step in range(1, STEPS + 1))


def winner_rows(ids):
    """Ten a week; some of them do all the steps again in November."""
    people = ids[1000 + 400 * (len(WEEKS) - 1) :]
    for number, week in enumerate(DRAWN_WEEKS):
        again = people[5 * number : 5 * number + 5] + ids[2200 + 3 * number : 2200 + 3 * number + 3]
        others = ids[5000 + 10 * number : 5000 + 10 * number + 2]
        yield from ((dt.date.fromisoformat(week), person) for person in shuffled([*again, *others]))


# crm.contacts ---------------------------------------------------------------------------------

NAMES = ["anna", "ivan.petrov", "Maria", "o.sidorova", "TIMUR", "jose", "li_wei", "D.Ivanov"]
HOSTS = ["mail.example", "Example.com", "почта.рф", "GMAIL.example", "post.example"]
NO_EMAILS = ["", " ", "нет", "no@", "@mail.example", "a@b@c", "anna mail.example", "ivan @mail.example", "-"]
NO_PHONES = ["", "-", "12345", "доб. 12", "+", "1234567890123456", "не звонить"]


def email():
    if chance(0.05):
        return pick([None, *NO_EMAILS])
    if chance(0.05):
        return pick(["family@mail.example", "Family@Mail.Example ", "family@mail.example\t"])  # shared by several people
    name = pick(NAMES) + digits(4)
    if chance(0.08):
        name += "+" + pick(["shop", "Wallet", "1"])
    value = name + "@" + pick(HOSTS)
    return pick([" " + value, value + " ", value.upper(), "\u00a0" + value + "\n"]) if chance(0.15) else value


def phone():
    if chance(0.04):
        return pick([None, *NO_PHONES])
    number = "9" + digits(9)
    parts = (number[:3], number[3:6], number[6:8], number[8:])
    return pick_weighted([
        ("+7" + number, 40), ("8" + number, 20), (number, 8), ("7" + number, 8), ("+7 ({}) {}-{}-{}".format(*parts), 10),
        ("8 ({}) {}-{}-{}".format(*parts), 6), ("8-{}-{}-{}-{}".format(*parts), 3), (" {} {} {} {}".format(*parts), 2),
        ("007" + number, 1), ("+998 90 " + digits(7), 1), ("+81 3 " + digits(8), 1), ("+49 30 " + digits(6), 1),
    ])


def contact_rows(ids):
    contacts = []
    for person in [*ids, *(77 + i for i in range(20))]:
        if chance(0.15):
            continue  # no contact at all
        agreed = pick_weighted([(True, 80), (False, 12), (None, 8)])
        for kind, how_often, value in (("email", 0.55, email), ("phone", 0.8, phone)):
            if not chance(how_often):
                continue
            for _ in range(2 if chance(0.12) else 1):
                changed = dt.datetime(2025, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=below(900_000))
                contacts.append((person, "Email" if kind == "email" and chance(0.01) else kind, value(), agreed, changed))
        if chance(0.01):
            contacts.append((person, "telegram", "@" + pick(NAMES), agreed, NOW))
    # Two contacts of one moment: the one with the smaller number counts.
    for person in ids[:30]:
        contacts += [(person, "email", email(), True, at_utc("2026-11-01T00:00:00")) for _ in range(2)]
    return [(number, *row) for number, row in enumerate(shuffled(contacts), 700_001)]


CONTACTS_SCHEMA = pa.schema([
    pa.field("contact_id", pa.int64(), nullable=False), pa.field("user_id", pa.int64(), nullable=False),
    pa.field("kind", pa.string(), nullable=False), ("value", pa.string()), ("agreed", pa.bool_()),
    pa.field("updated_at", pa.timestamp("us", "UTC"), nullable=False),
])


# amp.cohort -----------------------------------------------------------------------------------

NOBODY = 20_000_001  # user ids from here on match no client
TEST_ACCOUNTS = ["test-account-1", "test-account-2", "qa_robot", "unknown", "12-34", "0x1F", "id 5", "١٢٣x"]


def cohort(clients, strangers=0, doubled=0, blank=0, accounts=0):
    """Members: clients, ids that match no client, clients seen on a second device, no id, an id that is no number."""
    ids = [str(c) for c in clients]
    ids += [str(NOBODY + i) for i in range(strangers)]
    ids += [str(c) for c in clients[:doubled]]
    ids += [None if i % 3 else "" for i in range(blank)]
    ids += [TEST_ACCOUNTS[i % len(TEST_ACCOUNTS)] for i in range(accounts)]
    first = 400_000_000_000 + below(10**9)
    members = [(first + 7 * i, user_id) for i, user_id in enumerate(ids)]
    return shuffled(members)


def cohorts(ids):
    crowd = shuffled(ids)
    big = [i for i in crowd if i > BIG]
    return {
        # 6,050 rows: 57 without a client's id, 3 % unmatched.
        "c7k2p9x1": ("Opened the app in October", cohort(crowd[:5700], 180, 113, 30, 27)),
        # Exactly at both borders: 1 % of 2,000 rows are no clients, 5 % of the other 1,980 are unmatched.
        "b2d5r0e8": ("Looked at the map", cohort(crowd[6000:7841], 99, 40, 12, 8)),
        # One person over 5 % of 400.
        "u9n3m4t6": ("Old app version", cohort(crowd[8000:8379], 21)),
        # One account over 1 % of 1,000.
        "t6a1q3z5": ("Inner test", cohort(crowd[9000:9989], 0, 0, 3, 8)),
        # Too few for a mailing.
        "s4m1f7w2": ("Opened an offer twice", cohort(crowd[10000:10118], 2)),
        # Nobody.
        "e0p8y2k4": ("Left the city", cohort([])),
        # Only ids that a float would confuse with a neighbour's.
        "f8l0a7g3": ("New registration", cohort(big[:700], 5, 10)),
    }


COMPUTED = dt.datetime(2026, 11, 23, 3, 15, 7, tzinfo=UTC)


def write_cohort(cohort_id, name, members):
    write_csv(f"amp/cohorts/{cohort_id}.csv", ["amplitude_id", "user_id"], members)
    about = f'name = "{name}"\nsize = {len(members)}\n'
    about += f"last_computed = {COMPUTED:%Y-%m-%dT%H:%M:%SZ}\nlast_modified = 2026-10-30T12:00:00Z\n"
    (HERE / f"amp/cohorts/{cohort_id}.toml").write_text(about, encoding="utf-8")


def main():
    write_csv("wallet/partners.csv", ["id", "name", "category", "fee", "since"], [p[:5] for p in PARTNERS])
    ids = user_ids()
    write_parquet("crm/users.parquet", USERS_SCHEMA, [user_row(i) for i in ids])
    write_parquet("wallet/cards.parquet", CARDS_SCHEMA, card_rows(ids))
    header = ["sub_id", "user_id", "grp", "sent_at"]
    history = list(history_rows(ids))
    write_csv("crm/mailing_history.csv", header, history)
    for cohort_id, (name, members) in cohorts(ids).items():
        write_cohort(cohort_id, name, members)
    write_parquet("wallet/push_events.parquet", PUSH_SCHEMA, shuffled(push_rows(ids, history)))
    write_csv("wallet/promo_steps.csv", ["user_id", "step_id", "done_at"], shuffled(promo_rows(ids)))
    write_csv("wallet_store/winners.csv", ["week", "user_id"], winner_rows(ids))
    write_parquet("crm/contacts.parquet", CONTACTS_SCHEMA, contact_rows(ids))


if __name__ == "__main__":
    main()
