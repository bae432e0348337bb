-- What changed since the last run: records that are new, differ or are gone. `dedupe_input` is compared by a hash over all of its fields.
-- Reads: dedupe.feature, dedupe_input
-- Gives: dedupe_now (id, content of all records), dedupe_new (id, content: what is new or changed), dedupe_gone (id: what changed or vanished)

CREATE OR REPLACE TEMP TABLE dedupe_now AS
SELECT id, content_of(source, author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language) AS content
FROM dedupe_input;

CREATE OR REPLACE TEMP TABLE dedupe_new AS
SELECT n.id, n.content
FROM dedupe_now AS n
ANTI JOIN dedupe.feature AS f ON f.id = n.id AND f.content = n.content;

CREATE OR REPLACE TEMP TABLE dedupe_gone AS
SELECT f.id FROM dedupe.feature AS f ANTI JOIN dedupe_now AS n ON f.id = n.id AND f.content = n.content;
