-- Meta-ethnography: how studies relate, by a concept of each. `included`: whether both of their reports are.
CREATE OR REPLACE VIEW main.concept_relation AS
SELECT
    m.others[1] AS concept_a, m.others[2] AS concept_b, a.study_id AS study_a, b.study_id AS study_b, m.choice AS relation,
    m.text AS explanation, m.who AS analyst,
    coalesce(a.included AND b.included, false) AS included
FROM main.method_item AS m
LEFT JOIN main.method_item AS a ON a.kind = 'concept' AND a.id = m.others[1]
LEFT JOIN main.method_item AS b ON b.kind = 'concept' AND b.id = m.others[2]
WHERE m.kind = 'relation'
-- Two ids that differ in capitals alone are one concept to the view's reader.
QUALIFY row_number() OVER (PARTITION BY m.others[1], m.others[2] ORDER BY m.received_at DESC, m.arrival_id DESC) = 1;
