-- Records that were found and could not be loaded. The same raw record that another search delivers again is one: `quarantine_id` is
-- the same. What one search delivers twice counts twice, as in the flow: its second row is x…#2.
CREATE OR REPLACE VIEW main.quarantine AS
SELECT
    'x' || left(sha256(q.source || chr(10) || q.raw), 20) || CASE q.nth WHEN 1 THEN '' ELSE '#' || q.nth END AS quarantine_id,
    q.search_id, q.source, o.method, s.file_name, q.position, q.line, q.reason, q.raw, q.arrival_id
FROM (
    SELECT *, row_number() OVER (PARTITION BY search_id, source, raw ORDER BY arrival_id, position) AS nth
    FROM core.quarantine
) AS q
JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.source AS o ON o.source = q.source;
