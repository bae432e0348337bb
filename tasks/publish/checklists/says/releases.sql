-- The versions that can be had.
SELECT 'Versions published: ' || count(*) || ', the first on ' || min(released_at)::DATE || ', the last on ' || max(released_at)::DATE || '; each can be had again as it was.' AS says
FROM release
HAVING count(*) > 0
