-- One search from the stage into the base tables. stage_search: one row a source, with what is known of the search.

INSERT INTO core.search BY NAME
SELECT
    s.search_id, s.event_id, s.source, s.platform, s.strategy, s.window_from, s.window_to, s.executed_at, s.executed_at_known, s.hits,
    l.loaded + q.quarantined AS found, l.loaded, q.quarantined, s.complete, s.reason
FROM stage_search AS s
CROSS JOIN LATERAL (SELECT count(*) AS loaded FROM stage_record AS r WHERE r.source = s.source) AS l
CROSS JOIN LATERAL (SELECT count(*) AS quarantined FROM stage_quarantine AS x WHERE x.source = s.source) AS q;

INSERT INTO core.quarantine BY NAME
SELECT s.search_id, q.*
FROM stage_quarantine AS q
JOIN stage_search AS s USING (source);

INSERT INTO core.found_record BY NAME
SELECT s.search_id, r.arrival_id, r.position, r.line, r.record_id, r.raw_sha256
FROM stage_record AS r
JOIN stage_search AS s USING (source);

-- Old rows are only scanned for the few records at hand: no hash table is ever built of what the warehouse holds.
INSERT INTO core.record_raw BY NAME
SELECT DISTINCT ON (record_id, raw_sha256) record_id, raw_sha256, raw
FROM stage_record
WHERE (record_id, raw_sha256) NOT IN (
    SELECT (record_id, raw_sha256)
    FROM core.record_raw
    WHERE record_id IN (SELECT record_id FROM stage_record)
);

-- The version of each record that this search shows, and the search itself.
CREATE OR REPLACE TEMP TABLE stage_version AS
SELECT r.* EXCLUDE (arrival_id, position, line, raw), s.search_id, s.executed_at AS first_executed_at, s.executed_at AS last_executed_at
FROM stage_record AS r
JOIN stage_search AS s USING (source)
QUALIFY row_number() OVER (PARTITION BY r.record_id ORDER BY r.raw_sha256 DESC) = 1;

CREATE OR REPLACE TEMP TABLE stage_known AS
SELECT record_id, search_id, first_executed_at, last_executed_at, raw_sha256
FROM core.record
WHERE record_id IN (SELECT record_id FROM stage_version);

INSERT INTO core.record BY NAME
SELECT *
FROM stage_version
ANTI JOIN stage_known USING (record_id);

-- Found earlier than we knew.
UPDATE core.record AS r
SET search_id = v.search_id, first_executed_at = v.first_executed_at
FROM stage_version AS v
JOIN stage_known AS k USING (record_id)
WHERE r.record_id = v.record_id AND (v.first_executed_at, v.search_id) < (k.first_executed_at, k.search_id);

UPDATE core.record AS r
SET
    platform = v.platform, format = v.format, accession = v.accession,
    title = v.title, authors = v.authors, year = v.year, journal = v.journal, volume = v.volume, issue = v.issue, pages = v.pages,
    doi = v.doi, pmid = v.pmid, pmcid = v.pmcid, issn = v.issn, isbn = v.isbn,
    abstract = v.abstract, keywords = v.keywords, language = v.language, url = v.url, type = v.type,
    raw_sha256 = v.raw_sha256, last_executed_at = v.last_executed_at
FROM stage_version AS v
JOIN stage_known AS k USING (record_id)
WHERE r.record_id = v.record_id AND (v.last_executed_at, v.raw_sha256) > (k.last_executed_at, k.raw_sha256);

DROP TABLE stage_known;
DROP TABLE stage_version;
