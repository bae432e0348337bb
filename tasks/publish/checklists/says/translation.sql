-- Codes that more than one study shares, which is how their words were carried across; constructs where the method has them.
SELECT 'Codes used in more than one study: ' || count(*) FILTER (studies > 1) || ' of ' || count(*) || ' in use.' AS says
FROM code_first_seen
HAVING count(*) > 0
UNION ALL
SELECT 'Constructs: ' || count(*) || ', of concepts ' || sum(concepts)::BIGINT || '.'
FROM construct
HAVING count(*) > 0
