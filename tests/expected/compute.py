"""Computes what the sample reports must give, without wr.

    python3 compute.py          writes the answers beside this file
    python3 compute.py --check  compares them with what is committed; exit code 1 when they differ

Plain Python, row by row; pyarrow only reads Parquet. See README.md for the form of the answers.
"""

import datetime as dt
import re
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import plastic_cards
import push_report
import retargeting
import weekly_draw
from shared import (
    CARDS, EXAMPLES, HISTORY, PARTNERS, PROJECT, USERS, ZONE, Fails, borders, branch_of, canonical, date_of, digest,
    hash_number, in_range, int_or_null, micros, parse_percent, parse_period, parse_range, read_cohort, start_of, to_csv,
    to_toml, utc, years_between,
)

HERE = Path(__file__).parent


# Cards of a partner -----------------------------------------------------------------------------

FIELDS = {"card_number": "Card number", "barcode": "Barcode", "city": "City"}
KINDS = ["plastic", "issued"]
MEASURES = {"cards": "Cards issued", "users": "Different people"}


def partner_cards(values, now):
    first_by_name = min(PARTNERS, key=lambda p: (p["name"].encode(), p["id"]))
    partner = int(values.get("partner", first_by_name["id"]))
    first_day, last_day = parse_period(values.get("issued", "last month"), now.date())
    kinds = values.get("kinds", KINDS)
    fields = [f for f in FIELDS if f in values.get("fields", list(FIELDS))]  # the order is the script's
    measure = values.get("measure", "cards")
    if partner not in {p["id"] for p in PARTNERS} or not set(kinds) <= set(KINDS):
        raise Fails("parameter")

    steps = [("from", len(CARDS))]
    cards = [c for c in CARDS if c["partner_id"] == partner]
    steps.append(("filter", len(cards)))
    begin, end = start_of(first_day), start_of(last_day + dt.timedelta(days=1))
    cards = [c for c in cards if begin <= c["issued_at"] < end]
    steps.append(("filter", len(cards)))
    cards = [c for c in cards if c["kind"] in kinds]
    steps.append(("filter", len(cards)))
    cards.sort(key=lambda c: (c["issued_at"], c["card_id"]))
    steps.append(("sort", len(cards)))

    days = {}
    for card in cards:
        days.setdefault(date_of(card["issued_at"]), []).append(card["user_id"])
    by_day = [(day, len(users) if measure == "cards" else len(set(users))) for day, users in sorted(days.items())]

    name = f"cards-{partner}-{first_day}..{last_day}.xlsx"
    sheet = to_csv(
        ["User", "Issued", *(FIELDS[f] for f in fields)],
        [[c["user_id"], utc(c["issued_at"]), *(c[f] for f in fields)] for c in cards],
    )
    return {
        "counts": {"cards": len(cards), "by_day": len(by_day)},
        "waterfall": steps,
        "files": [
            ({"name": name, "sheet": "Cards", "rows": len(cards), "answer": "cards.csv"}, sheet),
            (
                {"name": name, "sheet": "By day", "rows": len(by_day), "answer": "by_day.csv"},
                to_csv(["Day", MEASURES[measure]], by_day),
            ),
        ],
    }


# Push campaign recipients -----------------------------------------------------------------------


def push_campaign(values, now):
    sub_id = values.get("sub_id", "SP-0001")
    gender = values.get("gender", "any")
    ages = parse_range(values.get("ages", "18..65"))
    control = parse_percent(values.get("control", "10%"))
    if not re.fullmatch("[A-Z]{2}-[0-9]{4}", sub_id) or not 0 <= control <= Fraction(1, 2):
        raise Fails("parameter", "at most half" if control > Fraction(1, 2) else None)

    people = [{**row, "client": int_or_null(row["user_id"])} for row in read_cohort(values.get("cohort", "c7k2p9x1"))]
    counts = {"people": len(people), "no_clients": sum(p["client"] is None for p in people)}
    steps = [("from", len(people))]

    clients = [p["client"] for p in people if p["client"] is not None]
    steps.append(("filter", len(clients)))

    rows = [USERS[client] for client in clients if client in USERS]
    counts["unmatched"] = len(clients) - len(rows)
    if counts["unmatched"] * 100 > 5 * len(clients):
        raise Fails("unmatched", f"{counts['unmatched']} of {len(clients)}")
    steps.append(("join", len(rows)))

    if gender != "any":
        rows = [u for u in rows if u["gender"] == gender]
    steps.append(("filter", len(rows) if gender != "any" else None))

    rows = [u for u in rows if in_range(years_between(u["birth_date"], now.date()), *ages)]
    steps.append(("filter", len(rows)))

    week_ago = micros((now.replace(tzinfo=None) - dt.timedelta(days=7)).replace(tzinfo=ZONE))
    mailed = {
        h["user_id"]
        for h in HISTORY
        if h["grp"] == "test" and h["sent_at"] >= week_ago and h["sub_id"] != sub_id  # never its own occasion
    }
    rows = [u for u in rows if u["user_id"] not in mailed]
    steps.append(("join anti", len(rows)))

    kept = {}
    for user in rows:
        best = kept.get(user["user_id"])
        if best is None or user["updated_at"] > best["updated_at"]:
            kept[user["user_id"]] = user
    recipients = list(kept.values())
    steps += [("distinct", len(recipients)), ("select", len(recipients))]
    counts["recipients"] = len(recipients)

    message = None
    if not 100 <= len(recipients) <= 2_000_000:
        message = f"{len(recipients)} recipients: check the cohort"
    elif counts["no_clients"] * 100 > len(people):
        message = "the cohort holds accounts that are no clients"

    cut = borders([("control", control), ("test", None)])
    branch = {u["user_id"]: branch_of(hash_number(digest([sub_id], [str(u["user_id"])])), cut) for u in recipients}
    sizes = Counter(branch.values())
    counts |= {"control": sizes["control"], "test": sizes["test"]}
    test = sorted((u for u in recipients if branch[u["user_id"]] == "test"), key=lambda u: u["user_id"])

    result = {"counts": counts, "waterfall": steps, "files": []}
    if message:
        return result | {"fails": "expectation", "message": message}
    about = {"name": f"{sub_id}-recipients.csv", "unordered": True, "rows": len(test), "answer": "recipients.csv"}
    header = ["user_id", "push_token", "city"]
    result["files"].append((about, to_csv(header, [[u[c] for c in header] for u in test])))
    result["record"] = to_csv(["sub_id", "user_id", "grp"], [[sub_id, i, branch[i]] for i in sorted(branch)])
    return result


# Cases: name, values given, clock if it is not the project's --------------------------------------

PARTNER_CARDS = [
    ("defaults", {}),
    ("other_partner", {"partner": "3000000019", "issued": "2026-09-01..2026-09-30"}),
    ("one_kind_one_column", {"kinds": ["issued"], "fields": ["city"], "issued": "2026-08-01..2026-08-31"}),
    ("no_columns", {"partner": "3", "fields": []}),
    ("columns_in_other_order", {"partner": "8", "fields": ["city", "card_number"]}),
    ("different_people", {"measure": "users", "issued": "2026-09-01..2026-09-30"}),
    ("one_day", {"issued": "2026-10-31..2026-10-31", "measure": "users"}),
    ("year_of_a_small_partner", {"partner": "10", "issued": "2026-01-01..2026-12-31"}),
    ("clock_past_midnight", {}, "2026-03-01T00:30"),  # still February in UTC
    ("no_cards_in_period", {"partner": "21"}),
    ("no_cards_at_all", {"partner": "22", "measure": "users"}),
    ("unknown_partner", {"partner": "999"}),
    ("unknown_kind", {"kinds": ["import"]}),
]

PUSH_CAMPAIGN = [
    ("defaults", {}),
    ("women", {"cohort": "b2d5r0e8", "sub_id": "SP-0002", "gender": "f"}),
    ("young_men", {"cohort": "c7k2p9x1", "sub_id": "SP-0003", "gender": "m", "ages": "18..24"}),
    ("birthdays", {"sub_id": "SP-0004", "ages": "18..19"}),
    ("elders", {"sub_id": "SP-0005", "ages": "66..", "control": "50%"}),
    ("thirds", {"cohort": "b2d5r0e8", "sub_id": "SP-0006", "control": "33.3%"}),
    ("no_control", {"cohort": "b2d5r0e8", "sub_id": "SP-0007", "control": "0%", "ages": "18..39"}),
    ("other_seed", {"cohort": "b2d5r0e8", "sub_id": "ZZ-9999", "control": "33.3%"}),
    ("later_clock", {"cohort": "b2d5r0e8", "sub_id": "SP-0008"}, "2026-11-24T00:15"),
    ("long_ids", {"cohort": "f8l0a7g3", "sub_id": "SP-0009", "ages": "1..120"}),
    ("too_few", {"cohort": "s4m1f7w2", "sub_id": "SP-0010"}),
    ("empty_cohort", {"cohort": "e0p8y2k4", "sub_id": "SP-0011"}),
    ("too_many_unmatched", {"cohort": "u9n3m4t6", "sub_id": "SP-0012"}),
    ("too_many_test_accounts", {"cohort": "t6a1q3z5", "sub_id": "SP-0013"}),
    ("control_above_half", {"control": "50.1%", "sub_id": "SP-0014"}),
    ("wrong_mailing_id", {"sub_id": "sp-1"}),
    ("unknown_cohort", {"cohort": "zzzzzzzz", "sub_id": "SP-0015"}),
]

REPORTS = {
    "partner_cards": (partner_cards, PARTNER_CARDS),
    "push_campaign": (push_campaign, PUSH_CAMPAIGN),
    "plastic_cards": (plastic_cards.run, plastic_cards.CASES),
    "push_report": (push_report.run, push_report.CASES),
    "weekly_draw": (weekly_draw.run, weekly_draw.CASES),
    "retargeting": (retargeting.run, retargeting.CASES),
}


def answers_of_case(report, run, name, values, as_of=PROJECT["as_of"]):
    now = dt.datetime.fromisoformat(as_of).replace(tzinfo=ZONE)
    try:
        result = run(values, now)
    except Fails as failure:
        result = {"fails": failure.why, "files": []}
        if failure.message:
            result["message"] = failure.message

    top = {"report": report, "as_of": as_of} | {k: result[k] for k in ("fails", "message") if k in result}
    tables = [("[set]", values)]
    if "counts" in result:
        tables.append(("[counts]", result["counts"]))
    tables += [("[[file]]", about) for about, _ in result["files"]]

    folder = f"{report}/{name}"
    yield f"{folder}/case.toml", to_toml(top, tables)
    for about, content in result["files"]:
        yield f"{folder}/{about['answer']}", content
    if "record" in result:
        yield f"{folder}/record.csv", result["record"]
    if "waterfall" in result:
        rows = [(i, word, count) for i, (word, count) in enumerate(result["waterfall"], 1)]
        yield f"{folder}/waterfall.csv", to_csv(["step", "word", "rows"], rows)


# Vectors of the hash ----------------------------------------------------------------------------

SEEDS = [["SP-0001"], ["Розыгрыш №1"], [""], ["draw", "2026-11-09..2026-11-15"]]
KEYS = [
    [("int", "0")], [("int", "7")], [("int", "-1")], [("int", "1000000")], [("int", "9007199254740993")],
    [("int", "18446744073709551615")], [("int", "-170141183460469231731687303715884105728")],
    [("text", "")], [("text", "0042")], [("text", "Ёлка")], [("text", "Й")], [("text", "И\u0306")],
    [("text", " a ")], [("text", "🏖️")], [("text", 'a,"b"\n')], [("text", "x" * 200)],
    [("uuid", "9F1B2C3D-4E5F-4A6B-8C7D-0E1F2A3B4C5D")],
    [("date", "2026-10-01")], [("date", "1969-12-31")],
    [("decimal", "1.500")], [("decimal", "100")], [("decimal", "-0.00")], [("decimal", "-12345678901234567890.0100")],
    [("decimal", "0.0000001")],
    [("int", "7"), ("text", "Ёлка")], [("date", "2026-10-01"), ("int", "-5")],
]
TENTH = [("control", Fraction(1, 10)), ("test", None)]
THIRDS = [("a", Fraction(333, 1000)), ("b", Fraction(333, 1000)), ("c", None)]


def split_vectors():
    header = [
        "seed", "seed_2", "kind", "value", "canonical", "kind_2", "value_2", "canonical_2",
        "sha256", "h", "branch_10_rest", "branch_33.3_33.3_rest",
    ]
    rows = []
    for seed in SEEDS:
        for key in KEYS:
            parts = [(kind, value, canonical(kind, value)) for kind, value in key]
            sha256 = digest(seed, [part[2] for part in parts])
            h = hash_number(sha256)
            one, two = parts[0], parts[1] if len(parts) > 1 else (None,) * 3
            seed_2 = seed[1] if len(seed) > 1 else None
            branches = [branch_of(h, borders(TENTH)), branch_of(h, borders(THIRDS))]
            rows.append([seed[0], seed_2, *one, *two, sha256.hex(), h, *branches])
    return to_csv(header, rows)


def split_borders():
    shares = ["0", "0.1", "0.125", "0.33", "0.333", "0.666", "0.3", "0.5", "0.9", "0.999999", "0.0000000001", "1"]
    return to_csv(["cumulative_share", "border"], [(s, borders([("a", Fraction(Decimal(s)))])[0][1]) for s in shares])


# Exact splits: the keys of a stratum by their rank ----------------------------------------------

CITIES = ["Москва"] * 31 + ["Тверь"] * 14 + ["Омск"] * 3 + ["Псков"] * 3 + ["Уфа"] * 3 + ["", None, "Оха"]
EXACT = {
    # Name: shares, the kind of the keys, rows of key and stratum; no stratum where the split is `exactly`.
    "tenth": (["0.1"], "int", [(str(i * i - 7), None) for i in range(35)]),
    "doubled": (["0.25"], "int", [(str(i % 9), None) for i in range(31)]),
    "thirds": (["0.333", "0.333"], "text", [(f"k{i}", None) for i in range(10)]),
    "nobody": (["0", "1"], "int", [(str(i), None) for i in range(4)]),
    "one": (["0.5"], "int", [("1", None)]),
    "cities": (["0.1", "0.2"], "int", [(str(1000 + i), city) for i, city in enumerate(CITIES)]),
    "many": (["0.1"], "int", [(str(i), f"c{i // 3}") for i in range(120)]),
}


def split_exactly():
    rows = []
    for case, (shares, kind, keys) in EXACT.items():
        is_stratified = case in ("cities", "many")
        branches = [(f"b{i}", Fraction(share)) for i, share in enumerate(shares)] + [("last", None)]
        strata = {}
        for key, stratum in keys:
            strata.setdefault(stratum, set()).add(canonical(kind, key))
        branch = {}
        for stratum, members in strata.items():
            start = hash_number(digest([case], [stratum or ""])) if is_stratified else 2**63
            total, ends = Fraction(0), []
            for name, share in branches:
                total = Fraction(1) if share is None else total + share
                ends.append((name, (len(members) * total + Fraction(start, 2**64)).__floor__()))
            ranked = sorted(members, key=lambda key: (hash_number(digest([case], [key])), key.encode()))
            for rank, key in enumerate(ranked):
                branch[key] = (len(members), start, rank, branch_of(rank, ends))
        for key, stratum in keys:
            rows.append([case, "|".join(shares), kind, key, stratum, *branch[canonical(kind, key)]])
    return to_csv(["case", "shares", "kind", "key", "stratum", "keys", "start", "rank", "branch"], rows)


# All of it --------------------------------------------------------------------------------------


def answers():
    yield "split_vectors.csv", split_vectors()
    yield "split_borders.csv", split_borders()
    yield "split_exactly.csv", split_exactly()
    for report, (run, cases) in REPORTS.items():
        for case in cases:
            yield from answers_of_case(report, run, *case)


def committed():
    # What the other scripts compute is theirs to compare.
    others = {HERE / "functions", HERE / "steps", HERE / "given_files"}
    paths = [p for p in HERE.rglob("*") if p.suffix in (".csv", ".toml") and not others & set(p.parents)]
    return {p.relative_to(HERE).as_posix() for p in paths}


def main():
    fresh = dict(answers())
    if "--check" in sys.argv[1:]:
        stale = [p for p in fresh if not (HERE / p).exists() or (HERE / p).read_bytes() != fresh[p]]
        stale += committed() - fresh.keys()
        for path in sorted(stale):
            print(f"differs: {path}")
        sys.exit(1 if stale else 0)
    for path in committed() - fresh.keys():
        (HERE / path).unlink()
    for path, content in fresh.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(content)


if __name__ == "__main__":
    main()
