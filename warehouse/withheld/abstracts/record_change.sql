SELECT * REPLACE (
    CASE WHEN field <> 'abstract' THEN before END AS before,
    CASE WHEN field <> 'abstract' THEN after END AS after
)
FROM main.record_change
