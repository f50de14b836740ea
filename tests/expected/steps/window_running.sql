-- Running and moving aggregates; sums of nothing are 0, as everywhere in wr.
SELECT id,
  coalesce(sum(amount) OVER running, 0) AS running_amount,
  count(*) OVER running AS running_rows,
  coalesce(sum(pieces) OVER week, 0)::BIGINT AS moving_pieces,
  min(amount) OVER week AS moving_smallest,
  max(note) OVER week AS moving_last_note,
  count(*) OVER (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS around,
  coalesce(sum(pieces) OVER (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0)::BIGINT AS to_come,
  count(DISTINCT note) OVER week AS notes,
  coalesce(sum(pieces) OVER (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING), 0)::BIGINT AS earlier
FROM sales
WINDOW
  running AS (PARTITION BY shop ORDER BY day, id ROWS UNBOUNDED PRECEDING),
  week AS (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
ORDER BY id
