-- Table 1: a row a study and field of the protocol.
SELECT study_id, field, label, value, number, qualifier, unit, status, agreement
FROM table_1
ORDER BY study_position, field_position;
