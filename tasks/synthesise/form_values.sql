-- What is known of each study and field, for the form: answers that differ are not filled in but told in a note.
SELECT
    study_id, field, CASE WHEN status <> 'differing' THEN value END AS value,
    CASE WHEN status = 'differing' THEN agreement || ': ' || value END AS note
FROM study_characteristic
ORDER BY ALL
