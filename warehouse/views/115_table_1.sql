-- Table 1: the characteristics of included studies, a row a study and field of the protocol, in the order of both. Where nothing
-- was extracted the row stands all the same, and says so.
CREATE OR REPLACE VIEW main.table_1 AS
SELECT
    i.study_id, i.label AS study, i.position AS study_position, f.field, f.label, f.position AS field_position,
    c.value, c.number, c.qualifier, f.unit, coalesce(c.status, 'not extracted') AS status, c.agreement
FROM main.study_inclusion AS i
CROSS JOIN core.protocol_field AS f
LEFT JOIN main.study_characteristic AS c ON c.study_id = i.study_id AND c.field = f.field;
