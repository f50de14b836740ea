SELECT id, amount, (SELECT max(amount) FROM sales) AS largest, (SELECT sum(pieces) FROM returns) AS came_back
FROM sales
WHERE amount > (SELECT avg(amount) FROM sales)
ORDER BY id
