-- Who has answered the form about a study, or a checklist about a report, by a sheet that counts.
SELECT 'extraction' AS form, study_id AS subject, extractor AS person
FROM main.characteristic_history
WHERE origin = 'sheet' AND counts AND status IN ('reported', 'not reported', 'not applicable')
    AND extractor IS NOT NULL AND lower(extractor) <> 'consensus'
UNION
SELECT a.checklist, m.report_id, coalesce(a.reviewer, s.who)
FROM core.appraisal AS a
JOIN main.answer_source AS s USING (arrival_id)
JOIN core.sheet_link AS l USING (arrival_id, key)
JOIN core.report_record AS m USING (record_id)
WHERE s.origin = 'sheet' AND s.counts AND lower(coalesce(a.reviewer, s.who, 'consensus')) <> 'consensus'
ORDER BY ALL
