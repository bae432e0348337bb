-- The versions, newest first.
SELECT version, released_at, studies, reports
FROM release
ORDER BY version DESC;
