"""What each sample report has to know of ClickHouse, asked as a person would write it: the values of the defaults."""

# The clock of the sample data stands on 2026-11-23 in Moscow: last month is October.
OCTOBER = "toDateTime64('2026-10-01 00:00:00', 6, 'Europe/Moscow')", "toDateTime64('2026-11-01 00:00:00', 6, 'Europe/Moscow')"
NOW = "toDateTime64('2026-11-23 12:00:00', 6, 'Europe/Moscow')"

PARTNERS = "SELECT id, name FROM partners ORDER BY name"

QUESTIONS = {
    "partner_cards": [
        PARTNERS,
        "SELECT user_id, issued_at, card_number, barcode, city FROM cards"
        " WHERE partner_id = (SELECT id FROM partners ORDER BY name LIMIT 1)"
        f" AND issued_at >= {OCTOBER[0]} AND issued_at < {OCTOBER[1]} AND kind IN ('plastic', 'issued') ORDER BY issued_at",
    ],
    "plastic_cards": [
        PARTNERS,
        "SELECT c.partner_id, c.kind, c.user_id, c.city, c.issued_at FROM cards AS c"
        f" WHERE c.issued_at >= {OCTOBER[0]} AND c.issued_at < {OCTOBER[1]}"
        " AND c.partner_id IN (SELECT id FROM partners) AND c.kind IN ('plastic', 'issued')",
    ],
    "push_report": [
        "SELECT sub_id, user_id, platform, kind, at FROM push_events"
        f" WHERE received_at < {NOW} AND kind IN ('sent', 'delivered', 'read')",
    ],
    "weekly_draw": [
        "SELECT user_id FROM promo_steps WHERE step_id BETWEEN 1 AND 5"
        " AND done_at >= toDateTime64('2026-11-16 00:00:00', 6, 'Europe/Moscow')"
        " AND done_at < toDateTime64('2026-11-23 00:00:00', 6, 'Europe/Moscow')"
        " GROUP BY user_id HAVING uniqExact(step_id) = 5",
    ],
}
