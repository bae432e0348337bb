-- The first study that each code was used on, in the order in which studies were included (see saturation).
CREATE OR REPLACE VIEW main.code_first_seen AS
SELECT g.code_id, arg_min(s.study_id, s.position) AS study_id, min(s.position) AS position, count(DISTINCT g.study_id) AS studies
FROM main.coding_final AS g
JOIN core.saturation AS s USING (study_id)
WHERE g.included
GROUP BY g.code_id;
