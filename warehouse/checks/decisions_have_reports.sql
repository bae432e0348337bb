-- Every decision that was matched is about a report; none is lost between files, ledger and tables.
SELECT 'decision ' || decision_id || ' is about record ' || record_id || ', which stands for no report' AS violation
FROM core.decision
ANTI JOIN core.report_record USING (record_id)
UNION ALL
SELECT 'row ' || i.row || ' of arrival ' || i.arrival_id || ' is neither a decision nor unmatched'
FROM core.imported_decision AS i
JOIN core.arrival AS a ON a.arrival_id = i.arrival_id AND a.counts
ANTI JOIN (
    SELECT arrival_id, row FROM core.decision
    UNION ALL
    SELECT arrival_id, row FROM core.unmatched_decision
) AS kept ON kept.arrival_id = i.arrival_id AND kept.row = i.row
