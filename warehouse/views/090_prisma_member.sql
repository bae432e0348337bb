-- Who is in each box of the PRISMA flow diagram: one row a record, report or study. The diagram's numbers are counts of
-- these rows and nothing else. The flow is that of the whole review, from its first search on: a report that an
-- earlier version included is counted where it came in, so that the columns add up to what is included. Names and wording of the boxes: tasks/publish/prisma_boxes.toml.
CREATE OR REPLACE VIEW main.prisma_member AS
WITH found AS (
    -- Each record, its column, and whether it is the one by which its report is counted there.
    SELECT
        r.record_id, r.report_id, s.source, s.method, p.arm, p.place,
        CASE WHEN s.method IN ('database', 'register') THEN 'databases' ELSE 'other' END AS record_arm,
        row_number() OVER (PARTITION BY r.report_id, record_arm ORDER BY r.first_found_at, r.record_id) AS nth
    FROM main.record AS r
    JOIN core.source AS s USING (source)
    JOIN main.report_path AS p USING (report_id)
),
counted AS (
    SELECT *, record_arm = arm AND nth = 1 AS leads, CASE arm WHEN 'other' THEN '_other' ELSE '' END AS suffix
    FROM found
),
failed AS (
    SELECT DISTINCT quarantine_id, source, coalesce(method, 'database') AS method
    FROM main.quarantine
),
included AS (
    SELECT p.report_id, r.study_id
    FROM main.report_path AS p
    JOIN main.report AS r USING (report_id)
    WHERE p.place = 'included'
),
box AS (
    -- Identification
    SELECT
        CASE method WHEN 'database' THEN 'identified_databases' WHEN 'register' THEN 'identified_registers' ELSE 'identified_other' END AS box,
        CASE WHEN record_arm = 'databases' THEN source ELSE method END AS label,
        'records' AS unit, record_id AS id, report_id
    FROM counted
    UNION ALL
    SELECT
        CASE method WHEN 'database' THEN 'identified_databases' WHEN 'register' THEN 'identified_registers' ELSE 'identified_other' END,
        CASE WHEN method IN ('database', 'register') THEN source ELSE method END,
        'records', quarantine_id, NULL
    FROM failed
    UNION ALL
    SELECT CASE record_arm WHEN 'other' THEN 'removed_duplicates_other' ELSE 'removed_duplicates' END, NULL, 'records', record_id, report_id
    FROM counted
    WHERE NOT leads
    UNION ALL
    SELECT
        CASE WHEN method IN ('database', 'register') THEN 'removed_other' ELSE 'removed_other_other' END,
        'could not be loaded', 'records', quarantine_id, NULL
    FROM failed
    -- Screening: the record by which the report is counted stands for it.
    UNION ALL
    SELECT 'awaiting_screening' || suffix, NULL, 'records', record_id, report_id
    FROM counted
    WHERE leads AND place = 'awaiting_screening'
    UNION ALL
    SELECT 'screened' || suffix, NULL, 'records', record_id, report_id
    FROM counted
    WHERE leads AND place <> 'awaiting_screening'
    UNION ALL
    SELECT 'excluded_screening' || suffix, NULL, 'records', record_id, report_id
    FROM counted
    WHERE leads AND place = 'excluded_screening'
    -- Retrieval and full text
    UNION ALL
    SELECT 'sought' || suffix, NULL, 'reports', report_id, report_id
    FROM counted
    WHERE leads AND place NOT IN ('awaiting_screening', 'excluded_screening')
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
    JOIN main.exclusion AS e USING (report_id)
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
