-- How far each tool's verdicts agree with people's, by the last version: with 95% intervals where there are any.
SELECT tool, stage, measure, round(value, 3) AS value, round(low, 3) AS low, round(high, 3) AS high, n, n_counts AS of_what
FROM tool_accuracy
WHERE version = (SELECT max(version) FROM tool_accuracy)
ORDER BY tool, stage, measure;
