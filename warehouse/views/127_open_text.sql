-- Where the texts of reports stand open, by the last answer on each DOI.
CREATE OR REPLACE VIEW main.open_text AS
WITH latest AS (
    SELECT t.*, c.executed_at
    FROM core.open_text AS t
    JOIN core.service_check AS c USING (check_id)
    QUALIFY row_number() OVER (PARTITION BY t.doi ORDER BY c.executed_at DESC, t.check_id DESC) = 1
)
SELECT DISTINCT
    m.report_id, l.doi, l.is_open, l.url, l.version, l.licence, l.status, l.updated, l.executed_at AS asked_at
FROM latest AS l
JOIN core.record AS r ON lower(r.doi) = l.doi
JOIN core.report_record AS m USING (record_id);
