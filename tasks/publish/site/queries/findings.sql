-- The findings with what they rest on.
SELECT f.finding_id, f.sentence, f.plain, f.theme_ids, e.studies, e.codings, e.studies_for, e.studies_against, e.studies_nuance
FROM finding AS f
JOIN finding_evidence AS e USING (finding_id)
ORDER BY f.position, f.finding_id;
