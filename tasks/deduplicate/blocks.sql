-- The keys under which a record meets others: two records are compared when they share at least one.
-- A key is a number, and so is the record in this table (the hash of its id): tens of millions of them are sorted and joined.
-- Each key needs two facts or one long one, so that none is common; a key is a hash of its kind and its facts. Titles end alike
-- ("… a systematic review and meta-analysis"), so their ends count only with an author; their starts are more telling.
-- Reads: dedupe.feature, dedupe_new
-- Gives: dedupe_new_block (key, record: the keys of what is new), dedupe.block, dedupe_touched_key

CREATE OR REPLACE TEMP TABLE dedupe_new_block AS
WITH fact AS (
    SELECT
        hash(id) AS record, title, generic, year, volume, page, doi, pmid, abstract_key,
        CASE WHEN kind = 'registration' THEN register END AS registration,
        length(title) AS n,
        authors[1] AS family,
        authors[2] AS second
    FROM dedupe.feature
    WHERE id IN (SELECT id FROM dedupe_new)
),

keyed AS (
    SELECT record, unnest([
        CASE WHEN doi IS NOT NULL THEN hash('doi', doi) END,
        CASE WHEN pmid IS NOT NULL THEN hash('pmid', pmid) END,
        CASE WHEN registration IS NOT NULL THEN hash('registration', registration) END,
        -- A title of 30 letters or more is met by itself; a shorter one needs an author or a volume, and one that recurs ("Editorial")
        -- says nothing without its place, whose keys come below.
        CASE WHEN n >= 30 THEN hash('title', title) END,
        CASE WHEN n BETWEEN 3 AND 29 AND NOT generic THEN hash('title family', title, family) END,
        CASE WHEN n BETWEEN 3 AND 29 AND NOT generic THEN hash('title volume', title, year, volume) END,
        -- Titles that were cut, suffixed, or misspelt somewhere: their two ends.
        CASE WHEN n >= 20 THEN hash('start', left(title, 20), family) END,
        CASE WHEN n >= 32 THEN hash('start year', left(title, 30), year) END,
        CASE WHEN n >= 25 THEN hash('end', right(title, 24), family) END,
        -- Where it stands: for titles that were translated.
        CASE WHEN page IS NOT NULL AND volume IS NOT NULL THEN hash('volume page', year, volume, page) END,
        CASE WHEN page IS NOT NULL THEN hash('family page', family, page, year) END,
        CASE WHEN page IS NOT NULL AND volume IS NOT NULL THEN hash('family volume', family, volume, page) END,
        CASE WHEN second IS NOT NULL THEN hash('families', family, second, year) END,
        abstract_key
    ]) AS key
    FROM fact
)

SELECT key, record FROM keyed WHERE key IS NOT NULL;

INSERT INTO dedupe.block FROM dedupe_new_block;
INSERT INTO dedupe_touched_key SELECT key FROM dedupe_new_block;
