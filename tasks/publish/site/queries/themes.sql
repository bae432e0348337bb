-- The themes with what they rest on.
SELECT t.theme_id, t.name, t.kind, t.statement, t.stated_at, e.studies, e.reports, e.codings
FROM theme AS t
JOIN theme_evidence AS e USING (theme_id)
ORDER BY t.position, t.theme_id;
