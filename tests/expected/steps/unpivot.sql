-- One row for each listed column, nulls too; the numbers in the type to which all of them widen.
SELECT shop, month, amount FROM (
  SELECT shop, 'jan' AS month, jan::DECIMAL(38, 2) AS amount FROM months
  UNION ALL SELECT shop, 'February', feb::DECIMAL(38, 2) FROM months
  UNION ALL SELECT shop, 'mar', mar::DECIMAL(38, 2) FROM months
)
ORDER BY encode(shop), encode(month)
