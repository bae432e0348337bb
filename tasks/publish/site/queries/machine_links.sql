-- How coded texts came to their reports: said by a person, or found by what both have in common.
SELECT how AS linked_by, coalesce(said_by, 'the program') AS said_by, count(DISTINCT document_id) AS texts
FROM core.document_link
WHERE record_id IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
