SELECT shop, note FROM sales WHERE pieces > 1
EXCEPT
SELECT shop, note FROM returns WHERE pieces > 2
ORDER BY shop, note NULLS LAST
