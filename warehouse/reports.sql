-- Reports from clusters: each record's report is named after the record of its cluster that was found first (by the
-- time of the search, then by its id), so that the name does not depend on the order in which files were loaded.
CREATE OR REPLACE TEMP TABLE report_now AS
SELECT
    r.record_id,
    'rep_' || substr(first_value(r.record_id) OVER (PARTITION BY coalesce(c.cluster, r.record_id) ORDER BY r.first_executed_at, r.record_id), 2) AS report_id
FROM core.record AS r
LEFT JOIN dedupe.cluster AS c ON c.id = r.record_id;

DELETE FROM core.report_record AS m
USING report_now AS n
WHERE m.record_id = n.record_id AND m.report_id <> n.report_id;

INSERT INTO core.report_record
FROM report_now
ANTI JOIN core.report_record USING (record_id);

DROP TABLE report_now;
