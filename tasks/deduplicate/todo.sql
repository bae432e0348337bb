-- What changed since the last run: records that are new, differ or are gone. `dedupe_input` is compared by a hash over all of its fields.
-- Reads: dedupe.feature, dedupe_input
-- Gives: dedupe_changed (id, content, known: what is there now without its like among what was known, and the other way round),
--        dedupe_new (id, content: what is new or changed), dedupe_gone (id: what changed or vanished)

CREATE OR REPLACE TEMP TABLE dedupe_changed AS
WITH present AS (
    SELECT id, content_of(source, author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language) AS content
    FROM dedupe_input
)

SELECT n.id, n.content, f.id AS known
FROM present AS n
FULL JOIN dedupe.feature AS f ON f.id = n.id AND f.content = n.content
WHERE n.id IS NULL OR f.id IS NULL;

CREATE OR REPLACE TEMP TABLE dedupe_new AS
SELECT id, content FROM dedupe_changed WHERE id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE dedupe_gone AS
SELECT known AS id FROM dedupe_changed WHERE known IS NOT NULL;
