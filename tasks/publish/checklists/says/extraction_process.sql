-- Which fields were extracted of included studies, by how many, and what they differ on.
SELECT 'Fields of the form: ' || string_agg(label, '; ' ORDER BY position) AS says
FROM protocol_field
HAVING count(*) > 0
UNION ALL
SELECT
    'Studies extracted: ' || count(DISTINCT study_id) || ', of them by two or more people ' || count(DISTINCT study_id) FILTER (extractors > 1)
    || '; answers on which they differ still: ' || count(*) FILTER (agreement LIKE '%differ%') || '.'
FROM study_characteristic
WHERE study_id IN (SELECT study_id FROM study_inclusion)
HAVING count(*) > 0
