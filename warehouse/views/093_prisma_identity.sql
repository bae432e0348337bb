-- What must hold between the boxes: `left_side` equals `right_side`, or the run fails and publishes nothing.
-- The left side is counted by other rows than the right: by the tables of records and reports, not by the same list.
CREATE OR REPLACE VIEW main.prisma_identity AS
WITH n AS (
    SELECT map(list(box), list(n)) AS of
    FROM main.prisma_flow
),
arm AS (
    SELECT suffix FROM (VALUES (''), ('_other')) AS arm (suffix)
),
identity AS (
    SELECT
        'identified' || suffix || ' = records loaded + records in quarantine' AS identity,
        CASE suffix WHEN '' THEN of['identified_databases'] + of['identified_registers'] ELSE of['identified_other'] END AS left_side,
        (
            SELECT count(*)
            FROM core.record AS r JOIN core.source AS s USING (source)
            WHERE (s.method IN ('database', 'register')) = (suffix = '')
        ) + (
            SELECT count(DISTINCT quarantine_id)
            FROM main.quarantine
            WHERE (coalesce(method, 'database') IN ('database', 'register')) = (suffix = '')
        ) AS right_side
    FROM n, arm
    UNION ALL
    SELECT
        'identified' || suffix || ' = removed + awaiting screening + screened',
        CASE suffix WHEN '' THEN of['identified_databases'] + of['identified_registers'] ELSE of['identified_other'] END,
        of['removed_duplicates' || suffix] + of['removed_automation' || suffix] + of['removed_other' || suffix]
        + of['awaiting_screening' || suffix] + of['screened' || suffix]
    FROM n, arm
    UNION ALL
    SELECT
        'screened' || suffix || ' = excluded + sought',
        of['screened' || suffix],
        of['excluded_screening' || suffix] + of['sought' || suffix]
    FROM n, arm
    UNION ALL
    SELECT
        'sought' || suffix || ' = not retrieved + awaiting + assessed',
        of['sought' || suffix],
        of['not_retrieved' || suffix] + of['awaiting_retrieval' || suffix] + of['awaiting_full_text' || suffix] + of['assessed' || suffix]
    FROM n, arm
    UNION ALL
    SELECT
        'assessed = excluded at full text + included',
        of['assessed'] + of['assessed_other'],
        of['excluded_full_text'] + of['excluded_full_text_other'] + of['total_reports']
    FROM n
    UNION ALL
    SELECT 'reports: previous - withdrawn + new = total', of['previous_reports'] - of['withdrawn_reports'] + of['included_reports'], of['total_reports']
    FROM n
    UNION ALL
    SELECT 'studies: previous - withdrawn + new = total', of['previous_studies'] - of['withdrawn_studies'] + of['included_studies'], of['total_studies']
    FROM n
    UNION ALL
    SELECT
        'records screened or awaiting = reports',
        of['screened'] + of['screened_other'] + of['awaiting_screening'] + of['awaiting_screening_other'],
        (SELECT count(DISTINCT report_id) FROM core.report_record)
    FROM n
)
SELECT identity, left_side, right_side, left_side = right_side AS holds
FROM identity;
