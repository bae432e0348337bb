-- By which names the log may know the reports that something fresh was said of, and those that are screened as one with them.
-- Reads the private copy; the variables fresh and fresh_undone: report ids, and places in the log that were taken back; or anew:
-- every report.
WITH judged AS (
    SELECT DISTINCT report_id
    FROM core.report_record
    WHERE getvariable('anew')
        OR list_contains(getvariable('fresh')::VARCHAR[], 'rep_' || substr(record_id, 2))
        OR record_id IN (
            SELECT record_id FROM core.decision WHERE list_contains(getvariable('fresh_undone')::BIGINT[], seq)
            UNION ALL
            SELECT record_id FROM core.report_comment WHERE list_contains(getvariable('fresh_undone')::BIGINT[], seq)
        )
),
related AS (
    FROM judged
    UNION
    SELECT m.mate_id FROM main.card_mate AS m SEMI JOIN judged USING (report_id)
)
SELECT 'rep_' || substr(record_id, 2) AS name
FROM core.report_record
SEMI JOIN related USING (report_id)
