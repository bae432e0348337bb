-- What was changed of the question or title with this version, or since.
SELECT key || ' was ' || coalesce('"' || before || '"', 'not set') || ', and is ' || coalesce('"' || after || '"', 'not set') || ' (' || changed_at::DATE || ').' AS says
FROM protocol_change
WHERE key IN ('review.question', 'review.title') AND (version IS NULL OR version = (SELECT max(version) FROM release HAVING count(*) > 1))
ORDER BY seq, key
