"""A cohort as an advertising network takes it: hashed e-mail addresses and telephone numbers."""

import hashlib

from shared import USERS, Fails, in_range, int_or_null, parse_range, read_cohort, read_parquet, to_csv, years_between

CONTACTS = read_parquet("crm/contacts.parquet")
HASHES = {"sha256": hashlib.sha256, "md5": hashlib.md5}


def plain_email(text):
    """Small letters, no blanks around; null when it is no address."""
    text = (text or "").strip().lower()
    name, at, host = text.partition("@")
    is_address = name and at and host and "@" not in host and not any(c.isspace() for c in text)
    return text if is_address else None


def plain_phone(text):
    """Digits with the code of the country. Numbers without one are Russian, where `8` stands for `+7`."""
    text = (text or "").strip()
    digits = "".join(c for c in text if c in "0123456789")
    if not text.startswith("+"):
        if digits.startswith("00"):
            digits = digits[2:]
        elif len(digits) == 11 and digits.startswith("8"):
            digits = "7" + digits[1:]
        elif len(digits) == 10 and digits.startswith("9"):
            digits = "7" + digits
    return digits if 8 <= len(digits) <= 15 else None


PLAIN = {"email": plain_email, "phone": plain_phone}


def run(values, now):
    hash_of = HASHES.get(values.get("network", "sha256"))
    kinds = values.get("contacts", ["email", "phone"])
    ages = parse_range(values.get("ages", "18.."))
    if hash_of is None or not set(kinds) <= set(PLAIN):
        raise Fails("parameter")

    members = read_cohort(values.get("cohort", "c7k2p9x1"))
    clients = [client for client in (int_or_null(m["user_id"]) for m in members) if client is not None]
    steps = [("from", len(members)), ("filter", len(clients))]
    known = [USERS[client] for client in clients if client in USERS]
    unmatched = len(clients) - len(known)
    counts = {"unmatched": unmatched}
    if unmatched * 100 > 5 * len(clients):
        raise Fails("unmatched", f"{unmatched} of {len(clients)}")
    steps.append(("join", len(known)))
    adults = [u for u in known if in_range(years_between(u["birth_date"], now.date()), *ages)]
    steps.append(("filter", len(adults)))
    audience = {u["user_id"] for u in adults}
    counts["audience"] = len(adults)

    best = {}  # the newest contact of each kind that can be used
    for contact in CONTACTS:
        if contact["user_id"] not in audience or not contact["agreed"] or contact["kind"] not in kinds:
            continue
        plain = PLAIN[contact["kind"]](contact["value"])
        if plain is None:
            continue
        place, rank = (contact["user_id"], contact["kind"]), (-contact["updated_at"], contact["contact_id"])
        if place not in best or rank < best[place][0]:
            best[place] = (rank, hash_of(plain.encode()).hexdigest())

    people = {}
    for (person, kind), (_, hashed) in best.items():
        people.setdefault(person, {})[kind] = hashed
    rows = {(own.get("email"), own.get("phone")) for own in people.values()}
    rows = sorted(rows, key=lambda row: [(value is None, value or "") for value in row])
    counts |= {"reachable": len(people), "hashed": len(rows)}

    result = {"counts": counts, "waterfall": steps, "files": []}
    if len(rows) < 100:
        return result | {"fails": "expectation", "message": f"{len(rows)} people: networks take no fewer than 100"}
    network, cohort = values.get("network", "sha256"), values.get("cohort", "c7k2p9x1")
    about = {"name": f"audience-{cohort}-{network}.csv", "rows": len(rows), "answer": "audience.csv"}
    result["files"].append((about, to_csv(["email", "phone"], rows)))
    return result


CASES = [
    ("defaults", {}),
    ("md5", {"network": "md5", "cohort": "b2d5r0e8"}),
    ("phones_only", {"contacts": ["phone"], "ages": "18..24"}),
    ("emails_only", {"contacts": ["email"], "cohort": "b2d5r0e8"}),
    ("elders", {"ages": "60.."}),
    ("long_ids", {"cohort": "f8l0a7g3", "ages": "1..120"}),
    ("too_few", {"cohort": "s4m1f7w2"}),
    ("empty_cohort", {"cohort": "e0p8y2k4"}),
    ("too_many_unmatched", {"cohort": "u9n3m4t6"}),
    ("unknown_network", {"network": "sha1"}),
    ("unknown_cohort", {"cohort": "zzzzzzzz"}),
]
