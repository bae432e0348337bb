-- Searches that came in several files: one row a piece, in order, with what is missing or doubled; a piece with records of
-- several sources has a row for each search that they count in.
CREATE OR REPLACE VIEW main.split_search AS
WITH piece AS (
    SELECT
        'g' || left(sha256(source || chr(10) || arrival_ids[1]), 20) AS split_id,
        source, name, warnings, unnest(arrival_ids) AS arrival_id, generate_subscripts(arrival_ids, 1) AS position
    FROM core.split_search
),
piece_search AS (
    SELECT DISTINCT arrival_id, search_id FROM core.found_record
    UNION
    SELECT DISTINCT arrival_id, search_id FROM core.quarantine
)
SELECT p.split_id, p.source, p.name, p.position, s.file_name, p.arrival_id, h.search_id, q.found, q.hits, p.warnings
FROM piece AS p
JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN piece_search AS h USING (arrival_id)
LEFT JOIN core.search AS q USING (search_id);
