-- Meta-ethnography: third-order constructs, with how much they rest on.
CREATE OR REPLACE VIEW main.construct AS
SELECT
    m.id AS construct_id, m.name, m.text AS statement, m.who AS analyst,
    count(c.concept_id) AS concepts,
    count(DISTINCT c.study_id) AS studies
FROM main.method_item AS m
LEFT JOIN main.construct_concept AS c ON c.construct_id = m.id
WHERE m.kind = 'construct'
GROUP BY ALL;
