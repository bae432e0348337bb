-- Meta-aggregation: synthesised findings, with what stands behind them: findings of included reports.
CREATE OR REPLACE VIEW main.synthesised_finding AS
SELECT
    m.id AS synthesised_id, m.text AS statement,
    count(DISTINCT c.id) AS categories,
    count(f.finding_id) AS findings,
    count(DISTINCT f.study_id) AS studies,
    count(f.finding_id) FILTER (f.credibility = 'unequivocal') AS unequivocal,
    count(f.finding_id) FILTER (f.credibility = 'credible') AS credible,
    count(f.finding_id) FILTER (f.credibility = 'not supported') AS not_supported,
    m.who AS analyst
FROM main.method_item AS m
LEFT JOIN main.method_item AS c ON c.kind = 'category' AND c.others[1] = m.id
LEFT JOIN main.study_finding AS f ON f.category_id = c.id AND f.included
WHERE m.kind = 'synthesised'
GROUP BY ALL;
