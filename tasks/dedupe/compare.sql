-- The pairs of `dedupe_batch` (id_a < id_b), field by field, into `dedupe_compared`: each field ends in a level, a small number whose
-- meaning and weight stand in weights.csv. A function of the two records alone.

CREATE OR REPLACE TEMP TABLE dedupe_compared AS
WITH side AS MATERIALIZED (
    SELECT * EXCLUDE (content), length(title) AS n, string_split(words, ' ') AS word_list, list_distinct(authors) AS people
    FROM dedupe.feature
    WHERE id IN (SELECT id_a FROM dedupe_batch UNION SELECT id_b FROM dedupe_batch)
),

met AS (
    SELECT
        a, b,
        a.title = b.title AS same_title,
        least(a.n, b.n) AS shorter,
        greatest(a.n, b.n) AS longer,
        CASE WHEN a.title = b.title THEN 1.0
             ELSE len(list_intersect(a.word_list, b.word_list)) / least(len(a.word_list), len(b.word_list)) END AS shared
    FROM dedupe_batch AS c
    JOIN side AS a ON a.id = c.id_a
    JOIN side AS b ON b.id = c.id_b
),

-- What shares neither half of the words, nor its place, nor a DOI, goes no further; and letters are counted only where words agree.
plausible AS MATERIALIZED (
    FROM met
    WHERE shared >= 0.5
       OR a.page = b.page AND (a.volume = b.volume OR list_has_any(a.people, b.people))
       OR a.doi = b.doi
       OR a.pmid = b.pmid
       OR a.abstract_key = b.abstract_key
),

measured AS (
    SELECT
        *,
        len(list_intersect(a.people, b.people)) AS common,
        least(len(a.people), len(b.people)) AS fewest,
        CASE WHEN shorter < 3 THEN NULL
             WHEN same_title THEN 1.0
             WHEN shared < 0.4 OR shorter < 0.4 * longer THEN 0.0
             ELSE 1 - levenshtein(left(a.title, 150), left(b.title, 150)) / least(150, longer) END AS alike,
        CASE WHEN same_title OR shorter < 12 OR longer < 1.05 * shorter THEN 0.0
             WHEN starts_with(a.title, b.title) OR starts_with(b.title, a.title) OR ends_with(a.title, b.title) OR ends_with(b.title, a.title) THEN 1.0
             WHEN shared < 0.6 OR shorter < 20 THEN 0.0
             ELSE 1 - least(levenshtein(left(a.title, least(shorter, 120)), left(b.title, least(shorter, 120))),
                            levenshtein(right(a.title, least(shorter, 120)), right(b.title, least(shorter, 120)))) / least(shorter, 120) END AS part
    FROM plausible
),

levelled AS (
    SELECT
        a, b,
        CASE
            WHEN shorter < 3 THEN 0
            WHEN alike = 1 AND a.generic THEN 3
            WHEN alike = 1 AND shorter < 30 THEN 2
            WHEN alike = 1 THEN 1
            WHEN alike >= 0.94 AND shorter >= 20 THEN 4
            WHEN part >= 0.96 AND shorter >= 30 THEN 5
            WHEN part = 1 OR greatest(alike, part) >= 0.8 THEN 6
            WHEN greatest(alike, part) >= 0.6 THEN 7
            WHEN a.foreign_title OR b.foreign_title THEN 9
            ELSE 8
        END AS title,
        CASE
            WHEN fewest = 0 THEN 0
            WHEN common >= 2 AND common >= 0.7 * fewest THEN 1
            WHEN common = 1 AND fewest = 1 AND a.authors[1] = b.authors[1] THEN 2
            WHEN common >= 1 AND (common >= 0.3 * fewest OR a.authors[1] = b.authors[1]) THEN 3
            WHEN common >= 1 OR jaro_winkler_similarity(a.authors[1], b.authors[1]) >= 0.88
                 OR jaro_winkler_similarity(array_to_string(a.authors, ''), array_to_string(b.authors, '')) >= 0.9 THEN 4
            ELSE 5
        END AS author,
        CASE WHEN a.year IS NULL OR b.year IS NULL THEN 0 WHEN a.year = b.year THEN 1 WHEN abs(a.year - b.year) = 1 THEN 2 ELSE 3 END AS year,
        CASE
            WHEN coalesce(a.journal, '') = '' OR coalesce(b.journal, '') = '' THEN 0
            WHEN a.journal = b.journal OR list_has_any(a.issn, b.issn) THEN 1
            WHEN abbreviates(a.journal, b.journal) OR abbreviates(b.journal, a.journal) THEN 1
            WHEN list_has_any(coalesce(a.parallel, [a.journal]), coalesce(b.parallel, [b.journal])) THEN 1
            WHEN jaro_winkler_similarity(a.journal, b.journal) >= 0.92 THEN 2
            WHEN initials(a.journal) = initials(b.journal) AND length(initials(a.journal)) >= 3
                 OR a.journal = initials(b.journal) OR b.journal = initials(a.journal) THEN 2
            ELSE 3
        END AS journal,
        CASE WHEN a.volume IS NULL OR b.volume IS NULL THEN 0 WHEN a.volume = b.volume THEN 1 ELSE 2 END AS volume,
        CASE WHEN a.number IS NULL OR b.number IS NULL THEN 0 WHEN a.number = b.number THEN 1 ELSE 2 END AS number,
        CASE
            WHEN a.page IS NULL OR b.page IS NULL THEN 0
            WHEN a.page = b.page AND a.page_sure AND b.page_sure 
                 AND (a.page_mark = b.page_mark OR a.page > 30 AND NOT (a.page_mark IN ('s', 'p') OR b.page_mark IN ('s', 'p'))) THEN 1
            WHEN a.page = b.page THEN 3
            WHEN NOT (a.page_sure AND b.page_sure) THEN 0
            -- A report that begins on the page on which another ends is another.
            WHEN a.page_mark = b.page_mark AND (a.page >= b.page AND a.page < b.page_end OR b.page >= a.page AND b.page < a.page_end) THEN 2
            -- An electronic number on one side, pages counted from 1 on the other, say nothing against each other.
            WHEN least(a.page, b.page) = 1 AND (a.page_mark <> b.page_mark OR greatest(a.page, b.page) > 999) THEN 0
            ELSE 4
        END AS page,
        CASE WHEN a.doi IS NULL OR b.doi IS NULL THEN 0 WHEN a.doi = b.doi THEN 1 ELSE 2 END AS doi,
        CASE WHEN a.pmid IS NULL OR b.pmid IS NULL THEN 0 WHEN a.pmid = b.pmid THEN 1 ELSE 2 END AS pmid
    FROM measured
),

weighed AS MATERIALIZED (
    SELECT *, getvariable('dedupe_base') + weigh([title, author, year, journal, volume, number, page, doi, pmid]) AS score
    FROM levelled
),

-- The abstracts are long: they are read only where they can turn the scale.
abstracts AS MATERIALIZED (
    SELECT w.a.id AS id_a, w.b.id AS id_b, abstract_words(x.abstract) AS words_a, abstract_words(y.abstract) AS words_b
    FROM weighed AS w
    JOIN dedupe_input AS x ON x.id = w.a.id
    JOIN dedupe_input AS y ON y.id = w.b.id
    WHERE (w.score BETWEEN -4 AND 5 OR w.title = 4 AND w.page <> 1) AND length(x.abstract) >= 200 AND length(y.abstract) >= 200 AND (w.title > 1 OR w.page <> 1)
),

read AS (
    SELECT w.*,
        CASE WHEN z.id_a IS NULL THEN 0
             WHEN len(list_intersect(words_a, words_b)) >= 0.8 * least(len(words_a), len(words_b)) THEN 1
             WHEN len(list_intersect(words_a, words_b)) >= 0.55 * least(len(words_a), len(words_b)) THEN 2
             ELSE 3 END AS abstract
    FROM weighed AS w
    LEFT JOIN abstracts AS z ON z.id_a = w.a.id AND z.id_b = w.b.id
)

SELECT
    * EXCLUDE (score),
    [title, author, year, journal, volume, number, page, doi, pmid, abstract] AS levels,
    score + weigh([0, 0, 0, 0, 0, 0, 0, 0, 0, abstract]) AS score
FROM read;
