-- How far each pair of reviewers, and all together, agree by first independent votes, of all versions.
SELECT stage, coalesce(rater_a || ' and ' || rater_b, 'all') AS raters, coefficient, value, low, high, n
FROM main.agreement
WHERE subject = 'screening' AND votes = 'first' AND version IS NULL AND value IS NOT NULL
ORDER BY stage DESC, rater_a NULLS LAST, rater_b, coefficient
