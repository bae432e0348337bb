-- The version, and when it was published.
SELECT 'Version ' || version || ', ' || released_at::DATE || ': studies ' || studies || ', reports ' || reports || '.' AS says
FROM release
ORDER BY version DESC
LIMIT 1
