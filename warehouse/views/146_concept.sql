-- Meta-ethnography: concepts, each of a study, with what rests on them.
CREATE OR REPLACE VIEW main.concept AS
WITH related AS (
    SELECT concept_id, count(*) AS relations
    FROM (SELECT unnest([concept_a, concept_b]) AS concept_id FROM main.concept_relation WHERE included)
    GROUP BY concept_id
),
built_on AS (
    SELECT concept_id, count(*) AS constructs
    FROM main.construct_concept
    GROUP BY concept_id
)
SELECT
    m.id AS concept_id, m.study_id, m.report_id, m.name, m.text AS description, m.quote, m.page, m.who AS analyst,
    coalesce(r.relations, 0) AS relations,
    coalesce(b.constructs, 0) AS constructs,
    m.included
FROM main.method_item AS m
LEFT JOIN related AS r ON r.concept_id = m.id
LEFT JOIN built_on AS b ON b.concept_id = m.id
WHERE m.kind = 'concept';
