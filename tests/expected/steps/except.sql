-- Each row once that is in the first and not in the second; nulls are equal to one another.
SELECT id, shop, amount, note FROM sales
EXCEPT
SELECT id, shop, amount, note FROM returns
ORDER BY id, shop, amount NULLS LAST, note NULLS LAST
