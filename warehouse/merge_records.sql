-- One search from the stage into the base tables. stage_search: one row a source, with what is known of the search.

INSERT INTO core.search BY NAME
SELECT
    s.search_id, s.source, s.platform, s.strategy, s.window_from, s.window_to, s.executed_at, s.hits,
    l.loaded + q.quarantined AS found, l.loaded, q.quarantined, s.complete
FROM stage_search AS s
CROSS JOIN LATERAL (SELECT count(*) AS loaded FROM stage_record AS r WHERE r.source = s.source) AS l
CROSS JOIN LATERAL (SELECT count(*) AS quarantined FROM stage_quarantine AS x WHERE x.source = s.source) AS q;

INSERT INTO core.quarantine BY NAME
SELECT s.search_id, q.*
FROM stage_quarantine AS q
JOIN stage_search AS s USING (source);

INSERT INTO core.delivery BY NAME
SELECT s.search_id, r.snapshot_id, r.position, r.line, r.record_id, r.raw_sha256
FROM stage_record AS r
JOIN stage_search AS s USING (source);

INSERT INTO core.record_raw BY NAME
SELECT DISTINCT ON (record_id, raw_sha256) record_id, raw_sha256, raw
FROM stage_record
ANTI JOIN core.record_raw USING (record_id, raw_sha256);

-- The version of each record that this search shows, and the search itself.
CREATE OR REPLACE TEMP TABLE stage_version AS
SELECT r.* EXCLUDE (snapshot_id, position, line, raw), s.search_id, s.executed_at AS first_executed_at, s.executed_at AS last_executed_at
FROM stage_record AS r
JOIN stage_search AS s USING (source)
QUALIFY row_number() OVER (PARTITION BY r.record_id ORDER BY r.raw_sha256 DESC) = 1;

-- Found earlier than we knew.
UPDATE core.record AS r
SET search_id = v.search_id, first_executed_at = v.first_executed_at
FROM stage_version AS v
WHERE r.record_id = v.record_id AND (v.first_executed_at, v.search_id) < (r.first_executed_at, r.search_id);

MERGE INTO core.record AS r
USING stage_version AS v
ON r.record_id = v.record_id
WHEN MATCHED AND (v.last_executed_at, v.raw_sha256) > (r.last_executed_at, r.raw_sha256) THEN UPDATE SET
    platform = v.platform, format = v.format, accession = v.accession,
    title = v.title, authors = v.authors, year = v.year, journal = v.journal, volume = v.volume, issue = v.issue, pages = v.pages,
    doi = v.doi, pmid = v.pmid, pmcid = v.pmcid, issn = v.issn, isbn = v.isbn,
    abstract = v.abstract, keywords = v.keywords, language = v.language, url = v.url, type = v.type,
    raw_sha256 = v.raw_sha256, last_executed_at = v.last_executed_at
WHEN NOT MATCHED THEN INSERT BY NAME;

DROP TABLE stage_version;
