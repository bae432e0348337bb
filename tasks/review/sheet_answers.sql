-- What each person answered by sheets that count, the newest of each: extraction by study, appraisal by report.
SELECT
    'extraction' AS form, study_id AS subject, field AS item, min(extractor) AS person, max(arrival_id) AS arrival_id,
    max(received_at) AS said_at, string_agg(DISTINCT value, '; ' ORDER BY value) AS value, NULL AS reason
FROM (
    SELECT *
    FROM characteristic_history
    WHERE origin = 'sheet' AND counts AND status NOT IN ('empty', 'emptied', 'invalid') AND extractor IS NOT NULL
    QUALIFY arrival_id = max(arrival_id) OVER (PARTITION BY study_id, field, lower(extractor))
)
GROUP BY study_id, field, lower(extractor)
UNION ALL
SELECT form, subject, item, person, arrival_id, said_at, value, reason
FROM (
    SELECT
        a.checklist AS form, m.report_id AS subject, a.item::VARCHAR AS item, coalesce(a.reviewer, s.who) AS person, a.arrival_id,
        s.received_at AS said_at, a.answer AS value, a.reason
    FROM core.appraisal AS a
    JOIN answer_source AS s USING (arrival_id)
    JOIN core.sheet_link AS l USING (arrival_id, key)
    JOIN core.report_record AS m USING (record_id)
    WHERE s.origin = 'sheet' AND s.counts AND coalesce(a.reviewer, s.who) IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY m.report_id, a.checklist, a.item, lower(coalesce(a.reviewer, s.who)) ORDER BY a.arrival_id DESC, a.row DESC
    ) = 1
)
ORDER BY ALL
