-- What was changed of the methods with this version, or since.
SELECT
    key || ': ' || coalesce('from "' || before[:120] || CASE WHEN len(before) > 120 THEN '…' ELSE '' END || '"', 'new') || ' '
    || coalesce('to "' || after[:120] || CASE WHEN len(after) > 120 THEN '…' ELSE '' END || '"', 'and gone since') || ' (' || changed_at::DATE || ').' AS says
FROM protocol_change
WHERE key NOT IN ('review.question', 'review.title') AND (version IS NULL OR version = (SELECT max(version) FROM release HAVING count(*) > 1))
ORDER BY seq, key
