-- Why a report was excluded at full text, and on title and abstract where the protocol requires reasons there: the consensus'
-- reason, else the first of the reviewers' reasons in the protocol's order.
SELECT
    s.report_id, s.stage,
    coalesce(
        arg_min(b.reason, (NOT b.consensus, coalesce(e.position, 9999), b.reason)) FILTER (b.reason IS NOT NULL),
        'no reason given'
    ) AS reason
FROM core.screening_status AS s
JOIN main.screening_ballot AS b ON b.report_id = s.report_id AND b.stage = s.stage AND b.verdict = 'exclude'
JOIN core.screening_rule AS r ON r.stage = s.stage AND (s.stage = 'full-text' OR r.reasons = 'required')
LEFT JOIN core.exclusion_reason AS e ON e.reason = b.reason
WHERE s.status = 'excluded'
GROUP BY s.report_id, s.stage
