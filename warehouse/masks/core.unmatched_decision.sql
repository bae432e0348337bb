-- Nobody knows yet which report these are about, so nobody knows who may see the verdict, or who has voted. A list of one person's
-- decisions of one kind says the verdict by its name or folder: of those in it not even the report is named.
WITH seen AS (
    SELECT u.*, coalesce(r.format IN ('covidence', 'ris', 'list') AND u.reviewer <> 'consensus', false) AS told_by_list
    FROM core.unmatched_decision AS u
    LEFT JOIN core.reading AS r USING (arrival_id)
)
SELECT * EXCLUDE (told_by_list) REPLACE (
    'hidden' AS reviewer,
    'hidden' AS verdict,
    NULL AS reason,
    CASE WHEN told_by_list THEN 'hidden' ELSE key END AS key,
    CASE WHEN told_by_list THEN 'its report is not known for sure: living-review update says more' ELSE why END AS why
)
FROM seen
