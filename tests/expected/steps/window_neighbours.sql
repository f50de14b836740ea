SELECT id,
  lag(amount) OVER w AS before,
  lag(pieces, 2, 0) OVER w AS two_before,
  lead(note) OVER w AS after,
  lead(day, 3) OVER w AS three_after,
  first_value(amount) OVER w_all AS first,
  last_value(amount) OVER w_all AS last,
  first_value(pieces) OVER (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS first_of_two,
  last_value(pieces) OVER (PARTITION BY shop ORDER BY day, id ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS last_of_two
FROM sales
WINDOW
  w AS (PARTITION BY shop ORDER BY day, id),
  w_all AS (PARTITION BY shop ORDER BY day, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY id
