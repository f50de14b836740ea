-- All rows of both, columns by name, numbers as the wider of the two types.
SELECT id, shop, day, amount, pieces, note FROM sales
UNION ALL BY NAME
SELECT * FROM returns
ORDER BY id, shop, day, amount NULLS LAST, pieces, note NULLS LAST
