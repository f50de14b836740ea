"""Cards added from plastic: by partner, day and city."""

from shared import CARDS, PARTNERS, Fails, borders_of, date_of, parse_period, share, to_csv

NAMES = {p["id"]: p["name"] for p in PARTNERS}


def kind_of(card):
    kind = (card["kind"] or "").strip().lower()
    return kind or None


def city_of(card):
    city = (card["city"] or "").strip()
    small = city.lower()
    if small in ("", "null"):
        return None
    if small in ("москва", "орел"):
        return {"москва": "Москва", "орел": "Орёл"}[small]
    if small.startswith("нижний") and small.endswith("новгород"):
        return "Нижний Новгород"
    return "Йошкар-Ола" if small.endswith("ошкар-ола") else city


def groups_of(rows, key):
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def run(values, now):
    first_day, last_day = parse_period(values.get("added", "last month"), now.date())
    begin, end = borders_of(first_day, last_day)
    partners = [int(p) for p in values.get("partners", NAMES)]
    at_least = int(values.get("at_least", "5"))
    if not set(partners) <= set(NAMES) or at_least < 0:
        raise Fails("parameter")

    steps = [("from", len(CARDS))]
    cards = [c for c in CARDS if begin <= c["issued_at"] < end]
    steps.append(("filter", len(cards)))
    cards = [c for c in cards if c["partner_id"] in partners]
    steps.append(("filter", len(cards)))
    cards = [c for c in cards if kind_of(c) in ("plastic", "issued")]
    steps += [("filter", len(cards)), ("join", len(cards))]
    is_plastic = lambda c: kind_of(c) == "plastic"
    plastic = [c for c in cards if is_plastic(c)]

    by_partner = []
    for partner, own in groups_of(cards, lambda c: c["partner_id"]).items():
        added = sum(map(is_plastic, own))
        people = len({c["user_id"] for c in own})
        row = [NAMES[partner], added, len(own), share(added, len(own)), share(added, len(plastic)), people]
        by_partner.append(row)
    by_partner.sort(key=lambda row: (-row[1], row[0].encode()))

    by_day = []
    for day, own in sorted(groups_of(cards, lambda c: date_of(c["issued_at"])).items()):
        added = sum(map(is_plastic, own))
        by_day.append([day, added, len(own), share(added, len(own))])

    by_city = []
    for city, own in groups_of(plastic, city_of).items():
        if len(own) >= at_least:
            by_city.append([city, len(own), share(len(own), len(plastic)), len({c["user_id"] for c in own})])
    by_city.sort(key=lambda row: (-row[1], row[0] is None, (row[0] or "").encode()))

    name = f"plastic-{first_day}..{last_day}.xlsx"
    sheets = [
        (
            "By partner", "by_partner", by_partner,
            ["Partner", "Added from plastic", "New cards", "From plastic", "Share of all", "People"],
        ),
        ("By day", "by_day", by_day, ["Day", "Added from plastic", "New cards", "From plastic"]),
        ("By city", "by_city", by_city, ["City", "Added from plastic", "Share of all", "People"]),
    ]
    return {
        "counts": {"cards": len(cards), "by_partner": len(by_partner), "by_day": len(by_day), "by_city": len(by_city)},
        "waterfall": steps,
        "files": [
            ({"name": name, "sheet": sheet, "rows": len(rows), "answer": f"{answer}.csv"}, to_csv(header, rows))
            for sheet, answer, rows, header in sheets
        ],
    }


CASES = [
    ("defaults", {}),
    ("every_city", {"added": "2026-09-01..2026-09-30", "at_least": "0"}),
    ("two_partners_on_one_day", {"added": "2026-10-31..2026-10-31", "partners": ["17", "4"], "at_least": "1"}),
    ("year", {"added": "2026-01-01..2026-12-31", "at_least": "50"}),
    ("nothing_from_plastic", {"added": "2026-02-01..2026-02-01", "partners": ["5"], "at_least": "1"}),
    ("no_cards_in_period", {"added": "2025-01-01..2025-01-31"}),
    ("partner_without_cards", {"partners": ["22"]}),
    ("clock_past_midnight", {}, "2026-03-01T00:30"),  # still February in UTC
    ("unknown_partner", {"partners": ["17", "999"]}),
    ("negative_number", {"at_least": "-1"}),
]
