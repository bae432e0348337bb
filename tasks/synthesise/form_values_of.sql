-- What one extractor answered about each study and field, and what nobody is named for: no colleague's answers, so that
-- hers stay independent.
SELECT study_id, field, string_agg(DISTINCT value, '; ' ORDER BY value) AS value, NULL AS note
FROM characteristic
WHERE extractor IS NULL OR lower(extractor) = lower($extractor)
GROUP BY study_id, field, extractor
QUALIFY row_number() OVER (PARTITION BY study_id, field ORDER BY extractor IS NULL) = 1
ORDER BY ALL
