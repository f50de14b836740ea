"""Pushes sent, delivered and read, by day and platform."""

import re

from shared import Fails, borders_of, date_of, micros, parse_period, read_parquet, share, to_csv

EVENTS = read_parquet("wallet/push_events.parquet")
DAY = 86_400 * 1_000_000
WAITS = {"1d": 1, "3d": 3, "7d": 7}


def platform_of(text):
    name = (text or "").strip().lower()
    return name if name in ("android", "ios", "huawei") else "other"


def run(values, now):
    first_day, last_day = parse_period(values.get("sent", "last month"), now.date())
    begin, end = borders_of(first_day, last_day)
    mailing = values.get("mailing")
    if values.get("wait", "3d") not in WAITS or mailing is not None and not re.fullmatch("[A-Z]{2}-[0-9]{4}", mailing):
        raise Fails("parameter")
    wait = WAITS[values.get("wait", "3d")] * DAY  # Moscow has no daylight saving: a day is 24 hours

    known = [e for e in EVENTS if mailing in (None, e["sub_id"]) and e["received_at"] < micros(now)]
    first_sent, events_of = {}, {}
    for event in known:
        push = (event["sub_id"], event["user_id"])
        if event["kind"] == "sent" and (push not in first_sent or event["at"] < first_sent[push]["at"]):
            first_sent[push] = event
        events_of.setdefault(push, []).append(event)
    steps = [("from", len(known)), ("filter", sum(e["kind"] == "sent" for e in known)), ("distinct", len(first_sent))]

    messages, pairs = [], 0
    for push, sent in first_sent.items():
        if not begin <= sent["at"] < end:
            continue
        in_time = [e["kind"] for e in events_of[push] if e["at"] <= sent["at"] + wait]
        pairs += max(len(in_time), 1)
        is_read = "read" in in_time
        messages.append((date_of(sent["at"]), platform_of(sent["platform"]), is_read or "delivered" in in_time, is_read))
    steps += [("filter", len(messages)), ("join many", pairs), ("group", len(messages))]

    def summary(key):
        groups = {}
        for message in messages:
            groups.setdefault(key(message), []).append(message)
        for group, own in sorted(groups.items()):
            yield [*group, len(own), sum(m[2] for m in own), sum(m[3] for m in own)]

    with_shares = lambda rows: [[*row, share(row[-2], row[-3]), share(row[-1], row[-2])] for row in rows]
    numbers, shares = ["Sent", "Delivered", "Read"], ["Delivered of sent", "Read of delivered"]
    sheets = [
        ("By day", "by_day", with_shares(summary(lambda m: (m[0],))), ["Day", *numbers, *shares]),
        ("By platform", "by_platform", with_shares(summary(lambda m: (m[1],))), ["Platform", *numbers, *shares]),
        ("By day and platform", "by_both", list(summary(lambda m: m[:2])), ["Day", "Platform", *numbers]),
    ]
    name = f"pushes-{first_day}..{last_day}.xlsx"
    return {
        "counts": {"known": len(known), "messages": len(messages)} | {answer: len(rows) for _, answer, rows, _ in sheets},
        "waterfall": steps,
        "files": [
            ({"name": name, "sheet": sheet, "rows": len(rows), "answer": f"{answer}.csv"}, to_csv(header, rows))
            for sheet, answer, rows, header in sheets
        ],
    }


CASES = [
    ("defaults", {}),
    ("one_day", {"wait": "1d"}),
    ("a_week", {"wait": "7d", "sent": "2026-10-01..2026-11-23"}),
    ("over_midnight", {"sent": "2026-11-19..2026-11-19"}),
    ("one_mailing", {"mailing": "SM-0406", "sent": "2026-11-01..2026-11-30"}),
    ("today", {"sent": "2026-11-23..2026-11-23"}),
    ("earlier_clock", {}, "2026-11-01T00:00"),  # what had not arrived by then is not known
    ("clock_between", {"sent": "2026-10-26..2026-10-31"}, "2026-10-28T12:00"),
    ("no_such_mailing", {"mailing": "SM-9999"}),
    ("answers_to_no_push", {"mailing": "SM-0499"}),
    ("wrong_mailing_id", {"mailing": "sm-1"}),
    ("unknown_wait", {"wait": "2d"}),
]
