-- What each theme rested on at each version.
SELECT version, released_at, theme_id, name, studies, codings
FROM theme_drift
ORDER BY version, position, theme_id;
