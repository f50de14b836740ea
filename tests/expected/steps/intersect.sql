-- Each row once that is in both; nulls are equal to one another.
SELECT id, shop, amount, note FROM returns
INTERSECT
SELECT id, shop, amount, note FROM sales
ORDER BY id, shop, amount NULLS LAST, note NULLS LAST
