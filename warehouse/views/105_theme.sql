-- Themes, as they are stated over codes and coded segments. Nobody can state one yet, so there is none; the columns are
-- those that queries can rely on.
CREATE OR REPLACE VIEW main.theme AS
SELECT
    NULL::VARCHAR AS theme_id, NULL::VARCHAR AS name, NULL::VARCHAR AS kind, NULL::VARCHAR AS parent_id,
    NULL::VARCHAR AS statement, NULL::VARCHAR AS stated_by, NULL::TIMESTAMPTZ AS stated_at
WHERE false;
