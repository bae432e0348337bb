-- What the stage changes in what is shown of records that are known: before it is merged (merge_records.sql), by the same
-- rule on which version counts.
INSERT INTO core.record_change BY NAME
SELECT record_id, search_id, arrival_id, field, before, after, spoils(field, before, after) AS spoiled
FROM (
    SELECT
        v.record_id, v.search_id, v.arrival_id,
        unnest([
            {field: 'accession', before: r.accession, after: v.accession},
            {field: 'title', before: r.title, after: v.title},
            {field: 'authors', before: array_to_string(r.authors, '; '), after: array_to_string(v.authors, '; ')},
            {field: 'year', before: r.year::VARCHAR, after: v.year::VARCHAR},
            {field: 'journal', before: r.journal, after: v.journal},
            {field: 'volume', before: r.volume, after: v.volume},
            {field: 'issue', before: r.issue, after: v.issue},
            {field: 'pages', before: r.pages, after: v.pages},
            {field: 'doi', before: r.doi, after: v.doi},
            {field: 'pmid', before: r.pmid, after: v.pmid},
            {field: 'pmcid', before: r.pmcid, after: v.pmcid},
            {field: 'issn', before: r.issn, after: v.issn},
            {field: 'isbn', before: r.isbn, after: v.isbn},
            {field: 'abstract', before: r.abstract, after: v.abstract},
            {field: 'keywords', before: array_to_string(r.keywords, '; '), after: array_to_string(v.keywords, '; ')},
            {field: 'language', before: r.language, after: v.language},
            {field: 'url', before: r.url, after: v.url},
            {field: 'type', before: r.type, after: v.type}
        ], recursive := true)
    FROM (
        SELECT r.*, s.search_id, s.executed_at
        FROM stage_record AS r
        JOIN stage_search AS s USING (source)
        QUALIFY row_number() OVER (PARTITION BY r.record_id ORDER BY r.raw_sha256 DESC) = 1
    ) AS v
    JOIN (FROM core.record WHERE record_id IN (SELECT record_id FROM stage_record)) AS r USING (record_id)
    WHERE v.raw_sha256 <> r.raw_sha256 AND (v.executed_at, v.raw_sha256) > (r.last_executed_at, r.raw_sha256)
)
WHERE before IS DISTINCT FROM after;
