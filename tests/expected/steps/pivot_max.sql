SELECT shop, pieces,
  max(amount) FILTER (note IS NULL) AS none,
  max(amount) FILTER (note = 'a') AS a,
  max(amount) FILTER (note = '') AS blank
FROM sales GROUP BY shop, pieces ORDER BY shop, pieces
