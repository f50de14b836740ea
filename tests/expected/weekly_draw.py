"""The weekly draw: who did all steps, who of them wins."""

import datetime as dt

from shared import Fails, borders_of, digest, hash_number, instant_from_text, parse_period, read_csv, to_csv

STEPS = [
    {"user_id": int(r["user_id"]), "step_id": int(r["step_id"]), "done_at": instant_from_text(r["done_at"])}
    for r in read_csv("wallet/promo_steps.csv")
]
WINNERS = [
    {"week": dt.date.fromisoformat(r["week"]), "user_id": int(r["user_id"])} for r in read_csv("wallet_store/winners.csv")
]


def run(values, now):
    first_day, last_day = parse_period(values.get("week", "last week"), now.date())
    number = int(values.get("number", "10"))
    if first_day.isoweekday() != 1 or (last_day - first_day).days != 6:
        raise Fails("parameter", "a week runs from Monday to Sunday")
    if not 1 <= number <= 100:
        raise Fails("parameter", "from 1 to 100")

    begin, end = borders_of(first_day, last_day)
    steps = [("from", len(STEPS))]
    rows = [s for s in STEPS if begin <= s["done_at"] < end]
    steps.append(("filter", len(rows)))
    rows = [s for s in rows if 1 <= s["step_id"] <= 5]
    steps.append(("filter", len(rows)))
    done = {}
    for step in rows:
        done.setdefault(step["user_id"], set()).add(step["step_id"])
    steps.append(("group", len(done)))
    people = [person for person, own in done.items() if len(own) == 5]
    steps.append(("filter", len(people)))
    # Eight weeks without a prize; draws of later weeks and of this one do not count.
    resting = {w["user_id"] for w in WINNERS if first_day - dt.timedelta(weeks=8) <= w["week"] < first_day}
    eligible = [person for person in people if person not in resting]
    steps.append(("join anti", len(eligible)))

    seed = ["draw", f"{first_day}..{last_day}"]
    drawn = sorted(eligible, key=lambda person: (hash_number(digest(seed, [str(person)])), person))[:number]
    result = {"counts": {"eligible": len(eligible), "winners": len(drawn)}, "waterfall": steps, "files": []}
    if len(eligible) < number:
        return result | {"fails": "expectation", "message": f"only {len(eligible)} can win"}
    about = {"name": f"winners-{first_day}..{last_day}.csv", "unordered": True, "rows": number, "answer": "winners.csv"}
    result["files"].append((about, to_csv(["user_id"], [[person] for person in sorted(drawn)])))
    result["record"] = to_csv(["week", "user_id"], [[first_day, person] for person in sorted(drawn)])
    return result


CASES = [
    ("defaults", {}),
    ("one_winner", {"number": "1"}),
    ("more_winners", {"number": "40"}),
    ("earlier_week", {"week": "2026-11-02..2026-11-08"}),  # winners of the week after it may win
    ("all_win", {"week": "2026-10-12..2026-10-18"}),
    ("one_too_few", {"week": "2026-10-19..2026-10-25"}),
    ("fewer_winners_then", {"week": "2026-10-19..2026-10-25", "number": "9"}),
    ("nobody", {"week": "2026-10-05..2026-10-11"}),
    ("clock_of_sunday", {}, "2026-11-22T23:59"),  # the week is not over
    ("clock_of_monday", {"number": "20"}, "2026-11-23T00:00"),
    ("no_week", {"week": "2026-11-17..2026-11-23"}),
    ("no_winners", {"number": "0"}),
]
