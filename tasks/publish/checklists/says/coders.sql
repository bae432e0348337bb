-- Who coded the included reports, and how much of it two people coded.
WITH coded AS (
    SELECT document_id, coder
    FROM coding
    WHERE report_id IN (SELECT report_id FROM report_path WHERE place = 'included')
)
SELECT
    'Coders: ' || (SELECT count(DISTINCT coder) FROM coded) || ' (' || (SELECT string_agg(DISTINCT coder, ', ' ORDER BY coder) FROM coded) || '); texts coded: ' || count(*)
    || ', by two or more: ' || count(*) FILTER (coders > 1) || '.' AS says
FROM (SELECT document_id, count(DISTINCT coder) AS coders FROM coded GROUP BY document_id)
HAVING count(*) > 0
UNION ALL
SELECT 'Agreement of ' || coalesce(rater_a || ' and ' || rater_b, 'all') || ', ' || subject || ', ' || coefficient || ': ' || format('{:.2f}', value)
FROM agreement
WHERE subject = 'coding' AND coefficient = 'Cohen''s kappa' AND code_id IS NULL AND document_id IS NULL AND value IS NOT NULL
