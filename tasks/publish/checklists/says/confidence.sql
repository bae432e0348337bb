-- In how many findings confidence was assessed.
SELECT
    'Confidence by GRADE-CERQual: findings ' || count(*) || ', assessed ' || count(*) FILTER (f.finding_id IN (SELECT finding_id FROM confidence))
    || ', agreed on ' || count(*) FILTER (f.finding_id IN (SELECT finding_id FROM confidence WHERE consensus)) || '.' AS says
FROM finding AS f
HAVING count(*) > 0
