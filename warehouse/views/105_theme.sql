-- Themes as they stand, in the order in which they were stated.
CREATE OR REPLACE VIEW main.theme AS
SELECT theme_id, name, level AS kind, statement, stated_by, stated_at, position
FROM core.theme;
