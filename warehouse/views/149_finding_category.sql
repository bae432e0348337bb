-- Meta-aggregation: categories of findings, with what stands behind them: findings of included reports.
CREATE OR REPLACE VIEW main.finding_category AS
SELECT
    m.id AS category_id, m.name, m.text AS description, m.others[1] AS synthesised_id,
    count(f.finding_id) AS findings,
    count(DISTINCT f.study_id) AS studies,
    count(f.finding_id) FILTER (f.credibility = 'unequivocal') AS unequivocal,
    count(f.finding_id) FILTER (f.credibility = 'credible') AS credible,
    count(f.finding_id) FILTER (f.credibility = 'not supported') AS not_supported,
    m.who AS analyst
FROM main.method_item AS m
LEFT JOIN main.study_finding AS f ON f.category_id = m.id AND f.included
WHERE m.kind = 'category'
GROUP BY ALL;
