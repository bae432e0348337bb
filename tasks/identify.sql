-- Which report does somebody's key mean?
--
-- Reads   claim        (key, key_doi, key_pmid, title, year, doi, pmid, said_at): what a file says, and when; all but key may be null.
--                      key_doi: the DOI in the key; key_pmid: the PMID that it is
--         label        (label, report_id): further names of reports, such as 'hartwell 2017', folded; may be empty
--         record       (record_id, report_id, accession, title, year, doi, pmid, first_found_at)
--         report_alias (alias, report_id)
--         record_alias (alias, record_id): ids that records bore when they counted for another source
-- Gives   one row a distinct claim, with report_id and record_id where it is matched.
--
-- Ways are tried in tiers, and the first tier that leads anywhere decides:
--   1  the review's own ids                          which need no proof
--   2  pmid, doi, accession, in columns or as key    which must agree with each other
--   3  title, with the year at most one apart        titles of columns ('Editorial') recur, so the title must be unique
--   4  labels
-- Where a tier leads to several reports, those count that were known when the claim was made; then the title decides if
-- it fits exactly one of them; else the claim is ambiguous.
-- A bare number as key can be an accession of another database by chance: where the claim has a title, it must fit.
WITH this AS (
    SELECT DISTINCT
        key, key_doi, key_pmid, title, year, doi, pmid, said_at,
        -- A study is named after one of its reports.
        regexp_replace(trim(key), '^stu_', 'rep_') AS id,
        regexp_matches(trim(key), '^\d+$') AS is_number,
        nullif(regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g'), '') AS title_key,
        nullif(regexp_replace(lower(strip_accents(key)), '[^\p{L}\p{N}]+', '', 'g'), '') AS folded_key,
        regexp_replace(lower(strip_accents(key)), '\bet\.?\s+al\b|[^\p{L}\p{N}]+', '', 'g') AS label_key
    FROM claim
),

known AS (
    SELECT
        record_id, report_id, accession, year, lower(doi) AS doi, pmid, first_found_at,
        nullif(regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g'), '') AS title_key
    FROM record
    WHERE report_id IS NOT NULL
),

-- The record after which a report is named, for claims that name the report itself.
named AS (
    SELECT report_id, coalesce(min(record_id) FILTER ('rep_' || substr(record_id, 2) = report_id), min(record_id)) AS record_id
    FROM known
    GROUP BY report_id
),

way AS (
    SELECT t.*, 1 AS tier, 1 AS rank, 'report id' AS how, n.report_id, n.record_id
    FROM this AS t JOIN named AS n ON n.report_id = t.id
    UNION ALL
    SELECT t.*, 1, 2, 'alias', a.report_id, coalesce(k.record_id, b.record_id, n.record_id)
    FROM this AS t
    JOIN report_alias AS a ON a.alias = t.id
    JOIN named AS n ON n.report_id = a.report_id
    LEFT JOIN known AS k ON 'rep_' || substr(k.record_id, 2) = a.alias
    LEFT JOIN record_alias AS b ON 'rep_' || substr(b.alias, 2) = a.alias
    UNION ALL
    SELECT t.*, 1, 3, 'record id', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.record_id = t.id
    UNION ALL
    SELECT t.*, 1, 3, 'record id', k.report_id, k.record_id
    FROM this AS t JOIN record_alias AS b ON b.alias = t.id JOIN known AS k ON k.record_id = b.record_id
    UNION ALL
    SELECT t.*, 2, 4, 'pmid', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.pmid = t.pmid
    UNION ALL
    SELECT t.*, 2, 5, 'doi', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.doi = coalesce(t.doi, t.key_doi)
    UNION ALL
    SELECT t.*, 2, 6, 'accession', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.accession = t.id
    WHERE NOT t.is_number OR t.title_key IS NULL OR jaro_winkler_similarity(t.title_key, k.title_key) > 0.9
    UNION ALL
    SELECT t.*, 2, 7, 'pmid', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.pmid = t.key_pmid
    WHERE t.pmid IS NULL
        AND (NOT t.is_number OR t.title_key IS NULL OR jaro_winkler_similarity(t.title_key, k.title_key) > 0.9)
    UNION ALL
    SELECT t.*, 3, 8, 'title and year', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.title_key = t.title_key
    WHERE abs(k.year - t.year) <= 1 OR ((k.year IS NULL OR t.year IS NULL) AND length(t.title_key) >= 25)
    UNION ALL
    SELECT t.*, 3, 9, 'title', k.report_id, k.record_id
    FROM this AS t JOIN known AS k ON k.title_key = t.folded_key
    WHERE t.title_key IS NULL AND length(t.folded_key) >= 15
    UNION ALL
    SELECT t.*, 4, 10, 'label', n.report_id, n.record_id
    FROM this AS t JOIN label AS l ON l.label = t.label_key JOIN named AS n ON n.report_id = l.report_id
),

-- One row a claim and report that its first tier leads to.
led AS (
    SELECT
        w.key, w.title, w.year, w.doi, w.pmid, w.said_at, w.report_id,
        min(w.rank) AS rank,
        arg_min(w.how, (w.rank, w.record_id)) AS how,
        -- Of the report's records that the claim leads to, the one that was found first: it was there when the claim was
        -- made. What two claims meant when their reports were still two stays apart after a later record joins them.
        arg_min(w.record_id, (k.first_found_at, w.rank, w.record_id)) AS record_id,
        coalesce(bool_or(k.title_key = w.title_key), false) AS title_fits,
        coalesce(bool_or(k.first_found_at <= w.said_at), false) AS was_known
    FROM way AS w
    JOIN known AS k ON k.record_id = w.record_id
    GROUP BY w.key, w.title, w.year, w.doi, w.pmid, w.said_at, w.tier, w.report_id
    QUALIFY w.tier = min(w.tier) OVER (PARTITION BY w.key, w.title, w.year, w.doi, w.pmid, w.said_at)
),

-- A report that was found after the claim was made is not what it means, if there is one that was known by then.
then_known AS (
    SELECT *
    FROM led
    QUALIFY was_known OR NOT bool_or(was_known) OVER (PARTITION BY key, title, year, doi, pmid, said_at)
),

chosen AS (
    SELECT *
    FROM then_known
    -- Where exactly one of several candidates has the claim's title, it is that one.
    QUALIFY
        title_fits
        OR count(*) FILTER (title_fits) OVER (PARTITION BY key, title, year, doi, pmid, said_at) <> 1
),

answer AS (
    SELECT
        key, title, year, doi, pmid, said_at,
        count(*) AS n,
        arg_min(how, (rank, report_id)) AS how,
        min(report_id) AS report_id,
        arg_min(record_id, report_id) AS record_id,
        list_sort(list(report_id))[:10] AS candidates
    FROM chosen
    GROUP BY key, title, year, doi, pmid, said_at
)

SELECT
    t.key, t.title, t.year, t.doi, t.pmid, t.said_at,
    CASE WHEN a.n = 1 THEN a.report_id END AS report_id,
    CASE WHEN a.n = 1 THEN a.record_id END AS record_id,
    CASE WHEN a.n = 1 THEN 'matched' WHEN a.n > 1 THEN 'ambiguous' ELSE 'unmatched' END AS match,
    a.how,
    coalesce(a.candidates, []::VARCHAR[]) AS candidates
FROM this AS t
LEFT JOIN answer AS a
    ON a.key = t.key
    AND a.title IS NOT DISTINCT FROM t.title
    AND a.year IS NOT DISTINCT FROM t.year
    AND a.doi IS NOT DISTINCT FROM t.doi
    AND a.pmid IS NOT DISTINCT FROM t.pmid
    AND a.said_at IS NOT DISTINCT FROM t.said_at
ORDER BY t.key, t.title, t.year, t.doi, t.pmid, t.said_at
