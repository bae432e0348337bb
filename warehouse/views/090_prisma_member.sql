-- Who is in each box of the PRISMA flow diagram: one row a record, report or study. The diagram's numbers are counts of
-- these rows and nothing else. The flow is that of the whole review, from its first search on: a report that an
-- earlier version included is counted where it came in, so that the columns add up to what is included. Names and
-- wording of the boxes: tasks/publish/prisma_boxes.toml.
-- A record that one search delivers twice is identified twice and removed once as a duplicate: its second row is rX#2.
-- Found again by a later search of the same source, it is the same record, and counts once. The same holds of what could
-- not be loaded.
CREATE OR REPLACE VIEW main.prisma_member AS
WITH counted AS (
    SELECT *, CASE arm WHEN 'other' THEN '_other' ELSE '' END AS suffix
    FROM core.prisma_record
),
failed AS (
    SELECT DISTINCT quarantine_id AS id, source, coalesce(method, 'database') AS method
    FROM main.quarantine
),
included AS (
    SELECT p.report_id, coalesce(s.study_id, 'stu_' || substr(p.report_id, 5)) AS study_id
    FROM core.report_path AS p
    LEFT JOIN main.report_study AS s USING (report_id)
    WHERE p.place = 'included'
),
box AS (
    -- Identification
    SELECT
        CASE method WHEN 'database' THEN 'identified_databases' WHEN 'register' THEN 'identified_registers' ELSE 'identified_other' END AS box,
        CASE WHEN method IN ('database', 'register') THEN source ELSE method END AS label,
        'records' AS unit, id, report_id
    FROM (SELECT method, source, id, report_id FROM counted UNION ALL SELECT method, source, id, NULL FROM failed)
    UNION ALL
    SELECT 'removed_duplicates' || suffix, NULL, 'records', id, report_id
    FROM counted
    WHERE NOT leads
    UNION ALL
    SELECT
        CASE WHEN method IN ('database', 'register') THEN 'removed_other' ELSE 'removed_other_other' END,
        'could not be loaded', 'records', id, NULL
    FROM failed
    -- What a tool excluded that may do so alone, and nobody screened.
    UNION ALL
    SELECT 'removed_automation' || suffix, NULL, 'records', id, report_id
    FROM counted
    WHERE leads AND place = 'ineligible'
    -- Screening: the record by which the report is counted stands for it.
    UNION ALL
    SELECT 'awaiting_screening' || suffix, NULL, 'records', id, report_id
    FROM counted
    WHERE leads AND place = 'awaiting_screening'
    UNION ALL
    SELECT 'screened' || suffix, NULL, 'records', id, report_id
    FROM counted
    WHERE leads AND place NOT IN ('awaiting_screening', 'ineligible')
    UNION ALL
    SELECT 'excluded_screening' || suffix, e.reason, 'records', id, report_id
    FROM counted
    LEFT JOIN core.exclusion AS e USING (report_id)
    WHERE leads AND place = 'excluded_screening'
    -- Retrieval and full text
    UNION ALL
    SELECT 'sought' || suffix, NULL, 'reports', report_id, report_id
    FROM counted
    WHERE leads AND place NOT IN ('awaiting_screening', 'ineligible', 'excluded_screening')
    UNION ALL
    SELECT place || suffix, NULL, 'reports', report_id, report_id
    FROM counted
    WHERE leads AND place IN ('not_retrieved', 'awaiting_retrieval', 'awaiting_full_text')
    UNION ALL
    SELECT 'assessed' || suffix, NULL, 'reports', report_id, report_id
    FROM counted
    WHERE leads AND place IN ('excluded_full_text', 'included')
    UNION ALL
    SELECT 'excluded_full_text' || suffix, e.reason, 'reports', report_id, report_id
    FROM counted
    JOIN core.exclusion AS e USING (report_id)
    WHERE leads AND place = 'excluded_full_text'
    -- Included
    UNION ALL
    SELECT 'included_reports', NULL, 'reports', report_id, report_id
    FROM included
    UNION ALL
    SELECT DISTINCT 'included_studies', NULL, 'studies', study_id, NULL
    FROM included
    UNION ALL
    SELECT 'total_reports', NULL, 'reports', report_id, report_id
    FROM included
    UNION ALL
    SELECT DISTINCT 'total_studies', NULL, 'studies', study_id, NULL
    FROM included
)
SELECT box, label, unit, id, report_id
FROM box;
