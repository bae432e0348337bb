-- The staged records that bear the accession of a known record with another title, or of another staged one with another
-- title: set_apart.sql looks whether they are the same. `row` is the row of the stage, in the order of loading.
CREATE OR REPLACE TEMP TABLE stage_apart AS
WITH named AS (
    SELECT rowid AS row, source, identity, record_id, title
    FROM stage_record
    WHERE title IS NOT NULL AND starts_with(identity, 'acc:')
),
known AS (
    SELECT record_id, title
    FROM core.record
    WHERE record_id IN (SELECT record_id FROM named)
)
SELECT n.row, n.source, n.identity, NULL::VARCHAR AS other
FROM named AS n
LEFT JOIN known AS k ON k.record_id = n.record_id
WHERE n.title <> k.title
    OR (k.title IS NULL AND n.record_id IN (SELECT record_id FROM named GROUP BY record_id HAVING count(DISTINCT title) > 1));

CREATE OR REPLACE TEMP TABLE stage_place (row BIGINT, identity VARCHAR, record_id VARCHAR, other VARCHAR);
