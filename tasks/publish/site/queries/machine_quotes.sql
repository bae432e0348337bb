-- Quotes of codings that were looked for in a full text by machine: how they were found.
SELECT how AS found_by, count(*) AS codings
FROM coding_place
GROUP BY ALL
ORDER BY ALL;
