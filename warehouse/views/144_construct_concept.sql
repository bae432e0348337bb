-- Meta-ethnography: the concepts of included reports behind each construct; those that are named and not known are in method_gap.
CREATE OR REPLACE VIEW main.construct_concept AS
SELECT DISTINCT m.id AS construct_id, c.id AS concept_id, c.study_id
FROM (SELECT id, unnest(others) AS concept FROM main.method_item WHERE kind = 'construct') AS m
JOIN main.method_item AS c ON c.kind = 'concept' AND c.id = m.concept AND c.included;
