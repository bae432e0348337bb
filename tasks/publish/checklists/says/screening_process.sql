-- What was done at each stage, beside the rule for it, and how far people agreed; nothing of a stage at which nobody voted.
WITH vote AS (
    SELECT stage, report_id, reviewer, consensus
    FROM screening_ballot
    WHERE stage <> 'retrieval'
),
report AS (
    SELECT stage, report_id, count(DISTINCT reviewer) FILTER (NOT consensus) AS votes, bool_or(consensus) AS settled
    FROM vote
    GROUP BY ALL
),
done AS (
    SELECT
        stage, count(*) AS reports, count(*) FILTER (votes > 1) AS double, count(*) FILTER (settled) AS settled
    FROM report
    GROUP BY stage
),
people AS (
    SELECT stage, string_agg(reviewer || ' (' || n || ')', ', ' ORDER BY reviewer) AS who
    FROM (SELECT stage, reviewer, count(DISTINCT report_id) AS n FROM vote WHERE NOT consensus GROUP BY ALL)
    GROUP BY stage
)
SELECT
    CASE d.stage WHEN 'title-abstract' THEN 'Title and abstract: ' ELSE 'Full text: ' END
    || d.reports || CASE d.reports WHEN 1 THEN ' report' ELSE ' reports' END || ' judged' || coalesce(' by ' || p.who, '')
    || ', ' || d.double || ' of them by more than one person independently; ' || d.settled || ' settled by consensus.'
    || ' The rule: ' || r.votes || CASE r.votes WHEN 1 THEN ' vote' ELSE ' independent votes' END || ' on each report'
    || coalesce('; a second vote on ' || (100 * r.second_vote_of_included)::INTEGER || '% of the included', '')
    || coalesce('; a second vote on ' || (100 * r.second_vote_of_excluded)::INTEGER || '% of the excluded', '')
    || CASE WHEN r.calibration > 0 THEN '; everybody votes on ' || (100 * r.calibration)::INTEGER || '%' ELSE '' END || '.' AS says
FROM (FROM done ORDER BY stage DESC) AS d
JOIN core.screening_rule AS r USING (stage)
LEFT JOIN people AS p USING (stage)
UNION ALL
SELECT 'Cohen''s kappa of ' || rater_a || ' and ' || rater_b || ', ' || stage || ', ' || votes || ' votes: ' || format('{:.2f}', value) || ' (' || n_counts || ': ' || n || ').'
FROM agreement
WHERE subject = 'screening' AND coefficient = 'Cohen''s kappa' AND version IS NULL AND value IS NOT NULL AND rater_a IS NOT NULL
