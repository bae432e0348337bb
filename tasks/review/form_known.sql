-- What is known of a study's characteristics that nobody is named for: variables of QDA projects, and sheets without a name.
SELECT DISTINCT 'extraction' AS form, study_id AS subject, field AS item, string_agg(DISTINCT value, '; ' ORDER BY value) AS value
FROM characteristic
WHERE extractor IS NULL
GROUP BY study_id, field, report_id
ORDER BY ALL
