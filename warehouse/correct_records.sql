-- Puts right what people corrected, in records as their sources give them (restore_records.sql). Reads: standing_correction
-- (seq, record_id, field, value, source_value, reviewer, corrected_at, why), the corrections that were not taken back.
--   holds           the source gives what it gave when it was corrected
--   source changed  it gives something else by now; the correction holds all the same
--   needless        it gives the corrected value by now
--   no record       no delivery that counts holds the record
DELETE FROM core.record_correction;

INSERT INTO core.record_correction BY NAME
WITH resolved AS (
    SELECT s.* REPLACE (coalesce(a.record_id, s.record_id) AS record_id)
    FROM standing_correction AS s
    LEFT JOIN main.record_alias AS a ON a.alias = s.record_id
    QUALIFY row_number() OVER (PARTITION BY coalesce(a.record_id, s.record_id), s.field ORDER BY s.seq DESC) = 1
),
given AS (
    SELECT
        r.record_id,
        unnest([
            {field: 'title', value: r.title},
            {field: 'authors', value: array_to_string(r.authors, '; ')},
            {field: 'year', value: r.year::VARCHAR},
            {field: 'journal', value: r.journal},
            {field: 'volume', value: r.volume},
            {field: 'issue', value: r.issue},
            {field: 'pages', value: r.pages},
            {field: 'doi', value: r.doi},
            {field: 'pmid', value: r.pmid},
            {field: 'pmcid', value: r.pmcid},
            {field: 'issn', value: r.issn},
            {field: 'isbn', value: r.isbn},
            {field: 'abstract', value: r.abstract},
            {field: 'keywords', value: array_to_string(r.keywords, '; ')},
            {field: 'language', value: r.language},
            {field: 'url', value: r.url},
            {field: 'type', value: r.type}
        ], recursive := true)
    FROM (FROM core.record WHERE record_id IN (SELECT record_id FROM resolved)) AS r
)
SELECT
    s.seq, s.record_id, s.field, s.value, g.value AS source_value, s.reviewer, s.corrected_at, s.why,
    CASE
        WHEN g.record_id IS NULL THEN 'no record'
        WHEN g.value IS NOT DISTINCT FROM s.value THEN 'needless'
        WHEN g.value IS DISTINCT FROM s.source_value THEN 'source changed'
        ELSE 'holds'
    END AS state
FROM resolved AS s
LEFT JOIN given AS g USING (record_id, field);

INSERT INTO core.record_as_given BY NAME
SELECT
    record_id, accession,
    title, authors, year, journal, volume, issue, pages, doi, pmid,
    pmcid, issn, isbn, abstract, keywords, language, url, type
FROM core.record
WHERE record_id IN (SELECT record_id FROM core.record_correction WHERE state IN ('holds', 'source changed'));

UPDATE core.record AS r
SET
    title = CASE WHEN map_contains(c.new, 'title') THEN c.new['title'] ELSE r.title END,
    authors = CASE WHEN map_contains(c.new, 'authors') THEN string_split(c.new['authors'], '; ') ELSE r.authors END,
    year = CASE WHEN map_contains(c.new, 'year') THEN c.new['year']::INTEGER ELSE r.year END,
    journal = CASE WHEN map_contains(c.new, 'journal') THEN c.new['journal'] ELSE r.journal END,
    volume = CASE WHEN map_contains(c.new, 'volume') THEN c.new['volume'] ELSE r.volume END,
    issue = CASE WHEN map_contains(c.new, 'issue') THEN c.new['issue'] ELSE r.issue END,
    pages = CASE WHEN map_contains(c.new, 'pages') THEN c.new['pages'] ELSE r.pages END,
    doi = CASE WHEN map_contains(c.new, 'doi') THEN c.new['doi'] ELSE r.doi END,
    pmid = CASE WHEN map_contains(c.new, 'pmid') THEN c.new['pmid'] ELSE r.pmid END,
    pmcid = CASE WHEN map_contains(c.new, 'pmcid') THEN c.new['pmcid'] ELSE r.pmcid END,
    issn = CASE WHEN map_contains(c.new, 'issn') THEN c.new['issn'] ELSE r.issn END,
    isbn = CASE WHEN map_contains(c.new, 'isbn') THEN c.new['isbn'] ELSE r.isbn END,
    abstract = CASE WHEN map_contains(c.new, 'abstract') THEN c.new['abstract'] ELSE r.abstract END,
    keywords = CASE WHEN map_contains(c.new, 'keywords') THEN string_split(c.new['keywords'], '; ') ELSE r.keywords END,
    language = CASE WHEN map_contains(c.new, 'language') THEN c.new['language'] ELSE r.language END,
    url = CASE WHEN map_contains(c.new, 'url') THEN c.new['url'] ELSE r.url END,
    type = CASE WHEN map_contains(c.new, 'type') THEN c.new['type'] ELSE r.type END
FROM (
    SELECT record_id, map(list(field), list(value)) AS new
    FROM core.record_correction
    WHERE state IN ('holds', 'source changed')
    GROUP BY record_id
) AS c
WHERE r.record_id = c.record_id;
