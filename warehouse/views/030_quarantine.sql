-- Records that were found and could not be loaded. The same raw record delivered again is one: `quarantine_id` is the same.
CREATE OR REPLACE VIEW main.quarantine AS
SELECT
    'x' || left(sha256(q.source || chr(10) || q.raw), 20) AS quarantine_id,
    q.search_id, q.source, o.method, s.file_name, q.position, q.line, q.reason, q.raw, q.arrival_id
FROM core.quarantine AS q
JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.source AS o ON o.source = q.source;
