-- Without a frame an aggregate is over all rows of the part; without parts, over all rows.
SELECT id, shop,
  round(pieces / sum(pieces) OVER (PARTITION BY shop), 6) AS share,
  pieces - (max(pieces) OVER ()) AS below_the_most,
  count(*) OVER (PARTITION BY note) AS same_note
FROM sales
ORDER BY id
