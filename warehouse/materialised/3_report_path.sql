-- Where each report is in the flow: one row a report. `arm` is PRISMA's column: a report that any database or register
-- found belongs to that one, whatever else found it.
WITH arm AS (
    SELECT
        m.report_id,
        CASE WHEN bool_or(s.method IN ('database', 'register')) THEN 'databases' ELSE 'other' END AS arm
    FROM core.report_record AS m
    JOIN core.record AS r USING (record_id)
    JOIN core.source AS s USING (source)
    GROUP BY m.report_id
),
stage AS (
    SELECT
        report_id,
        max(status) FILTER (stage = 'title-abstract') AS title_abstract,
        max(status) FILTER (stage = 'retrieval') AS retrieval,
        max(status) FILTER (stage = 'full-text') AS full_text
    FROM core.screening_status
    GROUP BY report_id
)
SELECT
    report_id, arm.arm,
    CASE
        WHEN title_abstract = 'ineligible' THEN 'ineligible'
        WHEN title_abstract = 'excluded' THEN 'excluded_screening'
        WHEN title_abstract <> 'included' THEN 'awaiting_screening'
        WHEN retrieval = 'not_retrieved' THEN 'not_retrieved'
        WHEN full_text = 'excluded' THEN 'excluded_full_text'
        WHEN full_text = 'included' THEN 'included'
        WHEN retrieval IN ('awaiting', 'conflict') THEN 'awaiting_retrieval'
        ELSE 'awaiting_full_text'
    END AS place
FROM stage
JOIN arm USING (report_id)
