-- Known-item check: studies that a search must find, against the records of every source.
-- `known` (line, doi, pmid, title) is the list. Titles are compared without case, accents, marks and spaces.
-- One row a known item and source: whether the source has it, and by what it was recognised.
WITH sources AS (
    SELECT source FROM main.search
    UNION
    SELECT source FROM main.record
),
wanted AS (
    SELECT
        line, doi, pmid,
        nullif(regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g'), '') AS plain_title
    FROM known
),
candidates AS (
    SELECT
        source, lower(doi) AS doi, pmid,
        regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g') AS plain_title
    FROM main.record
),
matches AS (
    SELECT k.line, c.source, 1 AS strength FROM wanted AS k JOIN candidates AS c ON k.doi = c.doi
    UNION ALL
    SELECT k.line, c.source, 2 FROM wanted AS k JOIN candidates AS c ON k.pmid = c.pmid
    UNION ALL
    SELECT k.line, c.source, 3 FROM wanted AS k JOIN candidates AS c ON k.plain_title = c.plain_title
),
best AS (
    SELECT line, source, min(strength) AS strength
    FROM matches
    GROUP BY line, source
)
SELECT
    k.line, k.doi, k.pmid, k.title, s.source,
    b.line IS NOT NULL AS found,
    CASE b.strength WHEN 1 THEN 'doi' WHEN 2 THEN 'pmid' WHEN 3 THEN 'title' END AS recognised_by
FROM known AS k
CROSS JOIN sources AS s
LEFT JOIN best AS b ON b.line = k.line AND b.source = s.source
ORDER BY k.line, s.source;
