-- Who did what, by the names under which it was done.
SELECT 'Screening: ' || string_agg(DISTINCT reviewer, ', ' ORDER BY reviewer) AS says
FROM core.reviewer
WHERE kind = 'person'
HAVING count(*) > 0
UNION ALL
SELECT 'Extraction: ' || string_agg(DISTINCT extractor, ', ' ORDER BY extractor)
FROM characteristic
WHERE extractor <> 'consensus'
HAVING count(extractor) > 0
UNION ALL
SELECT 'Appraisal: ' || string_agg(DISTINCT reviewer, ', ' ORDER BY reviewer)
FROM appraisal
WHERE reviewer <> 'consensus'
HAVING count(reviewer) > 0
UNION ALL
SELECT 'Coding: ' || string_agg(DISTINCT coder, ', ' ORDER BY coder)
FROM coding
HAVING count(coder) > 0
UNION ALL
SELECT 'Findings: ' || string_agg(DISTINCT stated_by, ', ' ORDER BY stated_by)
FROM finding
HAVING count(stated_by) > 0
