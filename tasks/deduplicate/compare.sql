-- The pairs of `dedupe_batch` (id_a < id_b), field by field, into `dedupe_compared`: each field ends in a level, a small number whose
-- meaning and weight stand in weights.csv. A function of the two records alone.

-- What is compared of the records of this batch; `dedupe_side` also serves decide.sql.
CREATE OR REPLACE TEMP TABLE dedupe_side AS
SELECT * EXCLUDE (content), length(title) AS n, bits_of(string_split(words, ' ')) AS word_bits, bits_of(authors) AS author_bits, list_distinct(authors) AS people
FROM dedupe.feature
WHERE id IN (SELECT id_a FROM dedupe_batch UNION SELECT id_b FROM dedupe_batch);

CREATE OR REPLACE TEMP TABLE dedupe_compared AS
WITH met AS (
    SELECT
        a.id AS id_a,
        b.id AS id_b,
        a.title AS title_a,
        b.title AS title_b,
        a.title = b.title AS same_title,
        least(a.n, b.n) AS shorter,
        greatest(a.n, b.n) AS longer,
        bit_count(a.word_bits & b.word_bits) / least(bit_count(a.word_bits), bit_count(b.word_bits)) AS shared,
        a.generic,
        -- Letters of another script than Latin take two bytes or more. What stands in two scripts cannot be compared letter by letter.
        a.foreign_title OR b.foreign_title OR (strlen(a.title) > 1.5 * a.n) <> (strlen(b.title) > 1.5 * b.n) AS is_foreign,
        a.authors AS authors_a,
        b.authors AS authors_b,
        a.authors[1] = b.authors[1] AS same_first,
        CASE WHEN a.author_bits & b.author_bits = 0 THEN 0
             WHEN a.authors = b.authors THEN len(a.people)
             ELSE len(list_intersect(a.people, b.people)) END AS common,
        least(len(a.people), len(b.people)) AS fewest,
        CASE WHEN a.year IS NULL OR b.year IS NULL THEN 0 WHEN a.year = b.year THEN 1 WHEN abs(a.year - b.year) = 1 THEN 2 ELSE 3 END AS year,
        CASE
            WHEN coalesce(a.journal, '') = '' OR coalesce(b.journal, '') = '' THEN 0
            WHEN a.journal = b.journal OR list_has_any(a.issn, b.issn) THEN 1
            WHEN abbreviates(a.journal, b.journal) OR abbreviates(b.journal, a.journal) THEN 1
            WHEN list_has_any(coalesce(a.parallel, [a.journal]), coalesce(b.parallel, [b.journal])) THEN 1
            WHEN jaro_winkler_similarity(a.journal, b.journal) >= 0.92 THEN 2
            WHEN initials(a.journal) = initials(b.journal) AND length(initials(a.journal)) >= 3
                 OR a.journal = initials(b.journal) OR b.journal = initials(a.journal) THEN 2
            WHEN (strlen(a.journal) > 1.5 * length(a.journal)) <> (strlen(b.journal) > 1.5 * length(b.journal)) THEN 0
            ELSE 3
        END AS journal,
        CASE WHEN a.volume IS NULL OR b.volume IS NULL THEN 0 WHEN a.volume = b.volume THEN 1 ELSE 2 END AS volume,
        CASE
            WHEN a.number IS NULL OR b.number IS NULL THEN 0
            WHEN a.number = b.number THEN 1
            -- An issue counted within its volume, and a running or an article's number, say nothing against each other.
            WHEN least(length(a.number), length(b.number)) <= 2 AND greatest(length(a.number), length(b.number)) >= 3 THEN 0
            ELSE 2
        END AS number,
        CASE
            WHEN a.page IS NULL OR b.page IS NULL THEN 0
            WHEN a.page = b.page AND a.page_sure AND b.page_sure
                 AND (a.page_mark = b.page_mark OR a.page > 30 AND NOT (a.page_mark IN ('s', 'p') OR b.page_mark IN ('s', 'p'))) THEN 1
            WHEN a.page = b.page THEN 3
            WHEN NOT (a.page_sure AND b.page_sure) THEN 0
            -- Within a volume; and a report that begins on the page on which another ends is another.
            WHEN a.page_mark = b.page_mark AND coalesce(a.volume = b.volume, true)
                 AND (a.page >= b.page AND a.page < b.page_end OR b.page >= a.page AND b.page < a.page_end) THEN 2
            -- An electronic number on one side, pages counted from 1 on the other, say nothing against each other.
            WHEN least(a.page, b.page) = 1 AND (a.page_mark <> b.page_mark OR greatest(a.page, b.page) > 999) THEN 0
            ELSE 4
        END AS page,
        CASE WHEN a.doi IS NULL OR b.doi IS NULL THEN 0 WHEN a.doi = b.doi THEN 1 ELSE 2 END AS doi,
        CASE WHEN a.pmid IS NULL OR b.pmid IS NULL THEN 0 WHEN a.pmid = b.pmid THEN 1 ELSE 2 END AS pmid
    FROM dedupe_batch AS c
    JOIN dedupe_side AS a ON a.id = c.id_a
    JOIN dedupe_side AS b ON b.id = c.id_b
),

-- Letters are counted only where words agree.
measured AS (
    SELECT
        *,
        CASE WHEN shorter < 3 THEN NULL
             WHEN same_title THEN 1.0
             WHEN shared < 0.4 OR shorter < 0.4 * longer THEN 0.0
             ELSE 1 - levenshtein(left(title_a, 150), left(title_b, 150)) / least(150, longer) END AS alike,
        CASE WHEN same_title OR shorter < 12 OR longer < 1.05 * shorter THEN 0.0
             WHEN starts_with(title_a, title_b) OR starts_with(title_b, title_a) OR ends_with(title_a, title_b) OR ends_with(title_b, title_a) THEN 1.0
             WHEN shared < 0.6 OR shorter < 20 THEN 0.0
             ELSE 1 - least(levenshtein(left(title_a, least(shorter, 120)), left(title_b, least(shorter, 120))),
                            levenshtein(right(title_a, least(shorter, 120)), right(title_b, least(shorter, 120)))) / least(shorter, 120) END AS part
    FROM met
),

levelled AS (
    SELECT
        * EXCLUDE (title_a, title_b, same_title, shorter, longer, shared, generic, is_foreign, authors_a, authors_b, same_first, common, fewest, alike, part),
        CASE
            WHEN shorter < 3 THEN 0
            WHEN alike = 1 AND generic THEN 3
            WHEN alike = 1 AND shorter < 30 THEN 2
            WHEN alike = 1 THEN 1
            WHEN alike >= 0.94 AND shorter >= 20 THEN 4
            WHEN part >= 0.96 AND shorter >= 30 THEN 5
            WHEN part = 1 OR greatest(alike, part) >= 0.8 THEN 6
            WHEN greatest(alike, part) >= 0.6 THEN 7
            WHEN is_foreign THEN 9
            ELSE 8
        END AS title,
        CASE
            WHEN fewest = 0 THEN 0
            WHEN common >= 2 AND common >= 0.7 * fewest THEN 1
            WHEN common = 1 AND fewest = 1 AND same_first THEN 2
            WHEN common >= 1 AND (common >= 0.3 * fewest OR same_first) THEN 3
            WHEN common >= 1 OR jaro_winkler_similarity(authors_a[1], authors_b[1]) >= 0.88
                 OR jaro_winkler_similarity(array_to_string(authors_a, ''), array_to_string(authors_b, '')) >= 0.9 THEN 4
            WHEN (strlen(array_to_string(authors_a, '')) > 1.5 * length(array_to_string(authors_a, '')))
                 <> (strlen(array_to_string(authors_b, '')) > 1.5 * length(array_to_string(authors_b, ''))) THEN 0
            ELSE 5
        END AS author
    FROM measured
),

weighed AS MATERIALIZED (
    SELECT *, getvariable('dedupe_base') + weigh([title, author, year, journal, volume, number, page, doi, pmid]) AS score
    FROM levelled
),

-- The abstracts are long: they are read only where they can turn the scale.
abstracts AS MATERIALIZED (
    SELECT id_a, id_b, abstract_words(x.abstract) AS words_a, abstract_words(y.abstract) AS words_b
    FROM weighed AS w
    JOIN dedupe_input AS x ON x.id = id_a
    JOIN dedupe_input AS y ON y.id = id_b
    WHERE (w.score BETWEEN -4 AND 5 OR w.title = 4 AND w.page <> 1) AND length(x.abstract) >= 200 AND length(y.abstract) >= 200 AND (w.title > 1 OR w.page <> 1)
),

read AS (
    SELECT w.*,
        CASE WHEN z.id_a IS NULL THEN 0
             WHEN len(list_intersect(words_a, words_b)) >= 0.8 * least(len(words_a), len(words_b)) THEN 1
             WHEN len(list_intersect(words_a, words_b)) >= 0.55 * least(len(words_a), len(words_b)) THEN 2
             ELSE 3 END AS abstract
    FROM weighed AS w
    LEFT JOIN abstracts AS z USING (id_a, id_b)
)

SELECT
    * EXCLUDE (score),
    [title, author, year, journal, volume, number, page, doi, pmid, abstract] AS levels,
    score + weigh([0, 0, 0, 0, 0, 0, 0, 0, 0, abstract]) AS score
FROM read;
