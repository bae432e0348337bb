-- The version before it, to be cited.
SELECT 'The version before: version ' || version || ' of ' || released_at::DATE || ', studies ' || studies || ', reports ' || reports || '.' AS says
FROM release
WHERE version < (SELECT max(version) FROM release)
ORDER BY version DESC
LIMIT 1
