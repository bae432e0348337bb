-- Every trail of citations that was followed from an included report, with how it ended.
CREATE OR REPLACE VIEW main.citation_trail AS
SELECT
    coalesce(a.report_id, t.report_id) AS report_id,
    t.direction, t.service, t.source, t.asked, t.executed_at, t.expected, t.retrieved, t.complete, t.reason
FROM core.trail AS t
LEFT JOIN main.report_alias AS a ON a.alias = t.report_id;
