-- The answers to each item, in reports.
SELECT
    checklist || ', item ' || item || ' (' || short || '): ' || string_agg(answer || ' ' || reports, ', ' ORDER BY reports DESC, answer) AS says
FROM appraisal_total
WHERE reports > 0
GROUP BY checklist, item, short
HAVING bool_or(answer <> 'not appraised')
ORDER BY checklist, item
