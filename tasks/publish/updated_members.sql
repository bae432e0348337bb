-- Who is in each box of the flow of what is new since an earlier version: rows like those of prisma_member.
-- `then_record`, `then_failed` and `then_included` have what that version knew: how each record counted, what could not be
-- loaded, and the reports included with their studies. A report of then is known now by the record that named it, and where two
-- have become one, or one two, one of each stands for the other; so that in reports and in studies
-- previous - no longer included + new = total.
-- A report goes through the new columns where it came since, awaited a verdict then, or has been decided anew; it is counted by
-- the record that leads it, which is identified since, or carried over. All other records found since are duplicates.
WITH alias AS (
    SELECT alias, record_id
    FROM core.record_alias
    ANTI JOIN core.record AS r ON r.record_id = alias
),
then_counted AS (
    SELECT coalesce(a.record_id, t.record_id) AS record_id, replace(t.id, t.record_id, coalesce(a.record_id, t.record_id)) AS id, t.report_id, t.place
    FROM then_record AS t
    LEFT JOIN alias AS a ON a.alias = t.record_id
),
then_report AS (
    SELECT
        t.report_id AS old_id, any_value(t.place) AS place,
        coalesce(min(m.report_id) FILTER (m.record_id = coalesce(a.record_id, 'r' || substr(t.report_id, 5))), min(m.report_id)) AS report_id
    FROM then_counted AS t
    LEFT JOIN alias AS a ON a.alias = 'r' || substr(t.report_id, 5)
    LEFT JOIN core.report_record AS m ON m.record_id = t.record_id
    GROUP BY t.report_id
),
-- The one report of then that each of now is held to be; one that was included before any other.
known AS (
    SELECT report_id, old_id, place
    FROM then_report
    WHERE report_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY report_id ORDER BY place <> 'included', old_id <> report_id, old_id) = 1
),
included AS (
    SELECT m.id AS report_id, coalesce(s.study_id, 'stu_' || substr(m.id, 5)) AS study_id
    FROM main.prisma_member AS m
    LEFT JOIN main.report_study AS s ON s.report_id = m.id
    WHERE m.box = 'total_reports'
),
kept AS (
    SELECT k.old_id, i.report_id, t.study_id AS old_study_id, i.study_id
    FROM known AS k
    JOIN then_included AS t ON t.report_id = k.old_id
    JOIN included AS i ON i.report_id = k.report_id
),
kept_study AS (
    SELECT old_study_id, study_id
    FROM (SELECT DISTINCT old_study_id, study_id FROM kept)
    QUALIFY
        row_number() OVER (PARTITION BY old_study_id ORDER BY study_id <> old_study_id, study_id) = 1
        AND row_number() OVER (PARTITION BY study_id ORDER BY study_id <> old_study_id, old_study_id) = 1
),
moved AS (
    SELECT p.report_id, k.place AS old_place
    FROM core.report_path AS p
    LEFT JOIN known AS k USING (report_id)
    WHERE k.place IS NULL OR (k.place <> 'included' AND (k.place LIKE 'awaiting%' OR k.place <> p.place))
),
counted AS (
    SELECT r.id, r.report_id, r.leads, t.id IS NULL AS is_new, m.report_id IS NOT NULL AS is_moved, m.old_place, CASE r.arm WHEN 'other' THEN '_other' ELSE '' END AS suffix
    FROM core.prisma_record AS r
    LEFT JOIN (SELECT DISTINCT id FROM then_counted) AS t USING (id)
    LEFT JOIN moved AS m USING (report_id)
),
identified_before AS (
    SELECT id FROM then_counted
    UNION
    SELECT id FROM then_failed
),
gone AS (
    SELECT
        t.report_id AS old_id, t.study_id, k.report_id,
        CASE
            WHEN r.report_id IS NULL THEN 'no longer among the records'
            WHEN p.place = 'included' THEN 'one report with another'
            WHEN p.place = 'excluded_full_text' THEN coalesce(e.reason, 'excluded')
            WHEN p.place = 'excluded_screening' THEN 'excluded on title and abstract'
            WHEN p.place LIKE 'awaiting%' THEN 'awaiting a verdict again'
            ELSE replace(p.place, '_', ' ')
        END AS why
    FROM then_included AS t
    LEFT JOIN then_report AS r ON r.old_id = t.report_id AND r.report_id IS NOT NULL
    LEFT JOIN known AS k ON k.old_id = t.report_id
    LEFT JOIN core.report_path AS p ON p.report_id = r.report_id
    LEFT JOIN core.exclusion AS e ON e.report_id = r.report_id AND e.stage = 'full-text'
    ANTI JOIN kept ON kept.old_id = t.report_id
),
box AS (
    SELECT 'previous_reports' AS box, NULL AS label, 'reports' AS unit, t.report_id AS id, r.report_id
    FROM then_included AS t
    LEFT JOIN then_report AS r ON r.old_id = t.report_id
    UNION ALL
    SELECT DISTINCT 'previous_studies', NULL, 'studies', study_id, NULL
    FROM then_included
    UNION ALL
    SELECT 'withdrawn_reports', why, 'reports', old_id, report_id
    FROM gone
    UNION ALL
    SELECT
        'withdrawn_studies',
        CASE WHEN bool_or(k.old_id IS NOT NULL) THEN 'one study with another' ELSE coalesce(min(g.why), 'no report of it is included') END,
        'studies', t.study_id, NULL
    FROM then_included AS t
    LEFT JOIN kept AS k ON k.old_id = t.report_id
    LEFT JOIN gone AS g ON g.old_id = t.report_id
    ANTI JOIN kept_study AS s ON s.old_study_id = t.study_id
    GROUP BY t.study_id
    -- What came since, and what was carried over
    UNION ALL
    SELECT box, label, unit, id, report_id
    FROM main.prisma_member
    ANTI JOIN identified_before USING (id)
    WHERE box IN ('identified_databases', 'identified_registers', 'identified_other', 'removed_other', 'removed_other_other')
    UNION ALL
    SELECT 'carried_over' || suffix, CASE WHEN old_place LIKE 'awaiting%' THEN 'awaiting a verdict then' ELSE 'decided anew' END, 'records', id, report_id
    FROM counted
    WHERE leads AND is_moved AND NOT is_new
    UNION ALL
    SELECT 'removed_duplicates' || suffix, NULL, 'records', id, report_id
    FROM counted
    WHERE is_new AND NOT (leads AND is_moved)
    -- Where it went
    UNION ALL
    SELECT box, label, unit, id, report_id
    FROM main.prisma_member
    SEMI JOIN moved USING (report_id)
    WHERE regexp_matches(box, '^(removed_automation|awaiting_|screened|excluded_|sought|not_retrieved|assessed)')
    UNION ALL
    SELECT 'included_reports', NULL, 'reports', report_id, report_id
    FROM included
    ANTI JOIN kept USING (report_id)
    UNION ALL
    SELECT DISTINCT 'included_studies', NULL, 'studies', study_id, NULL
    FROM included
    ANTI JOIN kept_study USING (study_id)
    UNION ALL
    SELECT box, label, unit, id, report_id
    FROM main.prisma_member
    WHERE box IN ('total_reports', 'total_studies')
)
SELECT box, label, unit, id, report_id
FROM box
