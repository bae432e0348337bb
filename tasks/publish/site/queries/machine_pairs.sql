-- Pairs of records that were compared closely: what became of them, and whether a person ruled or the program decided.
SELECT
    CASE WHEN contains(why, '; ruled ') THEN 'a person' ELSE 'the program' END AS decided_by,
    CASE outcome WHEN 'same' THEN 'one report' WHEN 'distinct' THEN 'two reports' ELSE 'awaits a person' END AS outcome,
    count(*) AS pairs
FROM duplicate_pair
GROUP BY ALL
ORDER BY ALL;
