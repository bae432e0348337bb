-- Of a short file of decisions the hash, or the mere size, tells what stands in it to whoever tries out the few files
-- that it could be; and its note is words of the one who decided. So does that of a table of coded segments that wait.
SELECT a.* REPLACE (
    CASE WHEN a.kind = 'decisions' OR f.arrival_id IS NOT NULL THEN 'hidden' ELSE a.sha256 END AS sha256,
    CASE WHEN a.kind = 'decisions' OR f.arrival_id IS NOT NULL THEN 0 ELSE a.bytes END AS bytes,
    CASE WHEN a.kind = 'decisions' THEN NULL ELSE a.note END AS note
)
FROM core.arrival AS a
LEFT JOIN core.waiting_file AS f USING (arrival_id)
