-- The findings, what supports each, and the confidence that was agreed on.
SELECT
    e.sentence || ' Studies for it ' || e.studies_for || ', against ' || e.studies_against || ', nuances ' || e.studies_nuance
    || coalesce('; confidence ' || c.level || CASE WHEN c.stale THEN ' (to be assessed again)' ELSE '' END, '; confidence not agreed on yet') AS says
FROM finding_evidence AS e
LEFT JOIN finding AS f USING (finding_id)
LEFT JOIN confidence AS c ON c.finding_id = e.finding_id AND c.consensus
ORDER BY f.position, e.finding_id
