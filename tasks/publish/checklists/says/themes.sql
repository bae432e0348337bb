-- The themes and what they rest on.
SELECT e.name || ' (' || coalesce(e.kind, 'theme') || '): studies ' || e.studies || ', reports ' || e.reports || ', codings ' || e.codings || ', coders ' || e.coders AS says
FROM theme_evidence AS e
LEFT JOIN theme AS t USING (theme_id)
ORDER BY t.position, e.name
