-- The descriptive themes that each analytic theme is made of.
CREATE OR REPLACE VIEW main.theme_part AS
SELECT theme_id, part_id
FROM core.theme_part;
