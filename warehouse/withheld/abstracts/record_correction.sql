SELECT * REPLACE (
    CASE WHEN field <> 'abstract' THEN value END AS value,
    CASE WHEN field <> 'abstract' THEN source_value END AS source_value
)
FROM main.record_correction
