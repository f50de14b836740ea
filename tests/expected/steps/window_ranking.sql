-- Ties have one rank; what has to tell them apart goes by the key as well.
SELECT id, shop, pieces,
  row_number() OVER (PARTITION BY shop ORDER BY pieces DESC NULLS LAST, id) AS position,
  rank() OVER (PARTITION BY shop ORDER BY pieces DESC NULLS LAST) AS rank,
  dense_rank() OVER (PARTITION BY shop ORDER BY pieces DESC NULLS LAST) AS dense,
  ntile(4) OVER (PARTITION BY shop ORDER BY pieces DESC NULLS LAST, id) AS quarter
FROM sales
ORDER BY id
