PIVOT (SELECT day, shop, pieces FROM sales) ON shop IN ('north', 'Юг', 'west') USING coalesce(sum(pieces), 0)::BIGINT
GROUP BY day
ORDER BY day
