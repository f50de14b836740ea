-- Numbers and null as listed values; a cell without rows counts none, and its largest is null.
SELECT shop,
  count(*) FILTER (pieces = 1) AS one,
  count(*) FILTER (pieces = 5) AS five
FROM sales GROUP BY shop ORDER BY shop
