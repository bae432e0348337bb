-- Compares pairs field by field: each field ends in a level, whose meaning and weight stand in weights.csv. A function of the two records alone.
--        dedupe_compared (a row a pair: a level a field, and the score)
-- Reads: dedupe.feature, dedupe_batch, dedupe_input
-- Gives: dedupe_side (what is compared of each record of the batch; decide.sql reads it too),
--        dedupe_compared (a row a pair: a level a field, and the score)

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
        a.page = b.page AND a.page < 100 AND a.page_end <> b.page_end AS other_end,
        bit_count(a.word_bits & b.word_bits) / least(bit_count(a.word_bits), bit_count(b.word_bits)) AS shared,
        a.generic,
        a.foreign_title OR b.foreign_title AS is_foreign,
        -- What stands in two scripts cannot be compared letter by letter, nor can what stands in two writings of one (simplified and traditional
        -- Chinese), unless it happens to agree.
        not_latin(a.title) <> not_latin(b.title) AS two_scripts,
        unspaced(a.title) AND unspaced(b.title) AS both_unspaced,
        a.authors AS authors_a,
        b.authors AS authors_b,
        array_to_string(a.authors, '') AS names_a,
        array_to_string(b.authors, '') AS names_b,
        a.authors[1] = b.authors[1] AS same_first,
        CASE WHEN a.author_bits & b.author_bits = 0 THEN 0
             WHEN a.authors = b.authors THEN len(a.people)
             ELSE len(list_intersect(a.people, b.people)) END AS common,
        least(len(a.people), len(b.people)) AS fewest,
        CAST(CASE
            WHEN a.year IS NULL OR b.year IS NULL THEN 'unknown'
            WHEN a.year = b.year THEN 'same'
            WHEN abs(a.year - b.year) = 1 THEN 'adjacent'
            -- Nobody publishes for a hundred years: one of the two is none.
            WHEN abs(a.year - b.year) > 100 THEN 'unknown'
            ELSE 'different'
        END AS year_level) AS year,
        CAST(CASE
            WHEN coalesce(a.journal, '') = '' OR coalesce(b.journal, '') = '' THEN 'unknown'
            WHEN a.journal = b.journal OR list_has_any(a.issn, b.issn) THEN 'same'
            WHEN abbreviates(a.journal, b.journal) OR abbreviates(b.journal, a.journal) THEN 'same'
            WHEN replace(a.journal, ' ', '') = replace(b.journal, ' ', '') THEN 'same'
            WHEN list_has_any(coalesce(a.parallel, [a.journal]), coalesce(b.parallel, [b.journal])) THEN 'same'
            WHEN not_latin(a.journal) <> not_latin(b.journal) OR unspaced(a.journal) AND unspaced(b.journal) THEN 'unknown'
            WHEN abbreviates_start(a.journal, b.journal) OR abbreviates_start(b.journal, a.journal) THEN 'longer_name'
            WHEN abbreviates_part(a.journal, b.journal) OR abbreviates_part(b.journal, a.journal) THEN 'namesake'
            WHEN jaro_winkler_similarity(a.journal, b.journal) >= 0.92 THEN 'alike'
            WHEN initials(a.journal) = initials(b.journal) AND length(initials(a.journal)) >= 3
                 OR a.journal = initials(b.journal) OR b.journal = initials(a.journal) THEN 'alike'
            ELSE 'different'
        END AS journal_level) AS journal,
        CAST(CASE
            WHEN a.volume IS NULL OR b.volume IS NULL THEN 'unknown'
            WHEN a.volume = b.volume THEN 'same'
            -- The year in the volume's place, on one side.
            WHEN ((a.volume = a.year::VARCHAR) IS TRUE) <> ((b.volume = b.year::VARCHAR) IS TRUE) THEN 'unknown'
            -- 'Suppl 290' of volume 63 is number 290 of the series of supplements; without that number, the two ways to count are not comparable.
            WHEN a.series_of_supplements <> b.series_of_supplements
                THEN CASE WHEN a.supplement = b.volume OR b.supplement = a.volume THEN 'same' ELSE 'unknown' END
            ELSE 'different'
        END AS volume_level) AS volume,
        CAST(CASE
            -- Of two supplements, their own numbers count: '11 Suppl 1' is 'Suppl. 1', and may be 'Suppl'.
            WHEN a.supplement IS NOT NULL AND b.supplement IS NOT NULL
                THEN CASE WHEN a.supplement = '' OR b.supplement = '' THEN 'unknown' WHEN a.supplement = b.supplement THEN 'same' ELSE 'different' END
            -- The word may be lost, or the number of the issue that it belongs to.
            WHEN a.supplement = b.number OR b.supplement = a.number THEN 'unknown'
            WHEN a.number IS NULL AND coalesce(a.supplement, '') = '' OR b.number IS NULL AND coalesce(b.supplement, '') = '' THEN 'unknown'
            WHEN a.number = b.number THEN 'same'
            -- An issue counted within its volume, and a running or an article's number, say nothing against each other.
            WHEN least(length(a.number), length(b.number)) <= 2 AND greatest(length(a.number), length(b.number)) >= 3 THEN 'unknown'
            WHEN length(a.number) >= 3 AND a.number = b.page::VARCHAR OR length(b.number) >= 3 AND b.number = a.page::VARCHAR THEN 'unknown'
            ELSE 'different'
        END AS number_level) AS number,
        CAST(CASE
            WHEN a.page IS NULL OR b.page IS NULL THEN 'unknown'
            WHEN a.page = b.page AND a.page_sure AND b.page_sure
                 AND (a.page_mark = b.page_mark OR a.page > 30 AND NOT (a.page_mark IN ('s', 'p') OR b.page_mark IN ('s', 'p'))) THEN 'same'
            WHEN a.page = b.page THEN 'same_unsure'
            WHEN NOT (a.page_sure AND b.page_sure) THEN 'unknown'
            -- Within a volume, or a year; and a report that begins on the page on which another ends is another.
            WHEN a.page_mark = b.page_mark AND coalesce(a.volume = b.volume, a.year = b.year, true)
                 AND (a.page >= b.page AND a.page < b.page_end OR b.page >= a.page AND b.page < a.page_end) THEN 'overlapping'
            -- An electronic number on one side, pages counted from 1 on the other, say nothing against each other; nor do as many pages, counted
            -- from 1 on one side, as a paper that is found by itself counts them.
            WHEN least(a.page, b.page) = 1 AND (a.page_mark <> b.page_mark OR greatest(a.page, b.page) > 999
                 OR a.page_end - a.page = b.page_end - b.page AND a.page_end - a.page >= 4 AND coalesce(a.volume = b.volume, true)) THEN 'unknown'
            ELSE 'different'
        END AS page_level) AS page,
        CAST(CASE WHEN a.doi IS NULL OR b.doi IS NULL THEN 'unknown' WHEN a.doi = b.doi THEN 'same' ELSE 'different' END AS doi_level) AS doi,
        CAST(CASE WHEN a.pmid IS NULL OR b.pmid IS NULL THEN 'unknown' WHEN a.pmid = b.pmid THEN 'same' ELSE 'different' END AS pmid_level) AS pmid
    FROM dedupe_batch AS c
    JOIN dedupe_side AS a ON a.id = c.id_a
    JOIN dedupe_side AS b ON b.id = c.id_b
),

-- Letters are counted only where words agree. `levenshtein` counts bytes.
measured AS (
    SELECT
        *,
        CASE WHEN shorter < 3 THEN NULL
             WHEN same_title THEN 1.0
             WHEN both_unspaced THEN 1 - levenshtein(left(title_a, 150), left(title_b, 150)) / greatest(strlen(left(title_a, 150)), strlen(left(title_b, 150)))
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
        id_a,
        id_b,
        two_scripts,
        other_end,
        CAST(CASE
            WHEN shorter < 3 OR two_scripts THEN 'unknown'
            -- "Reduced 5-": cut at its markup.
            WHEN shorter < 12 AND longer >= 30 AND (starts_with(title_a, title_b) OR starts_with(title_b, title_a)) THEN 'unknown'
            -- One identifier: then the title is that of one report, whatever others bear it too.
            WHEN alike = 1 AND generic AND doi <> 'same' AND pmid <> 'same' THEN 'same_recurring'
            WHEN alike = 1 AND shorter < 30 THEN 'same_short'
            WHEN alike = 1 THEN 'same'
            WHEN alike >= 0.94 AND shorter >= 20 THEN 'nearly_same'
            WHEN part >= 0.96 AND shorter >= 30 THEN 'contained'
            WHEN part = 1 OR greatest(alike, part) >= 0.8 THEN 'similar'
            WHEN greatest(alike, part) >= 0.6 THEN 'somewhat_alike'
            WHEN is_foreign THEN 'translated'
            ELSE 'different'
        END AS title_level) AS title,
        CAST(CASE
            WHEN fewest = 0 THEN 'unknown'
            WHEN common >= 2 AND common >= 0.7 * fewest THEN 'same'
            WHEN common = 1 AND fewest = 1 AND same_first THEN 'same_single'
            WHEN common >= 1 AND (common >= 0.3 * fewest OR same_first) THEN 'in_common'
            WHEN common >= 1 OR jaro_winkler_similarity(authors_a[1], authors_b[1]) >= 0.88
                 OR jaro_winkler_similarity(names_a, names_b) >= 0.9 THEN 'alike'
            -- The same DOI and title: given names in the families' place, another report's authors in one export.
            WHEN doi = 'same' AND same_title AND shorter >= 30 THEN 'unknown'
            WHEN is_acronym(authors_a, authors_b) OR is_acronym(authors_b, authors_a) THEN 'in_common'
            WHEN not_latin(names_a) <> not_latin(names_b) OR unspaced(names_a) AND unspaced(names_b) AND alike >= 0.6 THEN 'unknown'
            ELSE 'different'
        END AS author_level) AS author,
        year, journal, volume, number, page, doi, pmid
    FROM measured
),

-- Enums have their places in weights.csv as numbers.
placed AS (
    SELECT
        *,
        [enum_code(title), enum_code(author), enum_code(year), enum_code(journal), enum_code(volume), enum_code(number), enum_code(page), enum_code(doi), enum_code(pmid)] AS places
    FROM levelled
),

weighed AS MATERIALIZED (
    SELECT *, getvariable('dedupe_base') + weight_of(places) AS score
    FROM placed
),

-- The abstracts are long: they are read only where they can turn the scale.
abstracts AS MATERIALIZED (
    SELECT id_a, id_b, abstract_words(x.abstract) AS words_a, abstract_words(y.abstract) AS words_b
    FROM weighed AS w
    JOIN dedupe_input AS x ON x.id = id_a
    JOIN dedupe_input AS y ON y.id = id_b
    WHERE (w.score BETWEEN -4 AND 5 OR w.score > 5 AND (w.title = 'nearly_same' AND w.page <> 'same' OR w.number = 'different' OR w.doi = 'different' OR w.other_end))
      AND length(x.abstract) >= 200 AND length(y.abstract) >= 200
      AND (w.title <> 'same' OR w.page <> 'same' OR w.number = 'different' OR w.doi = 'different' OR w.other_end)
),

read AS (
    SELECT
        w.*,
        CAST(CASE
            WHEN z.id_a IS NULL THEN 'unknown'
            WHEN len(list_intersect(words_a, words_b)) >= 0.8 * least(len(words_a), len(words_b)) THEN 'same'
            WHEN len(list_intersect(words_a, words_b)) >= 0.55 * least(len(words_a), len(words_b)) THEN 'similar'
            ELSE 'different'
        END AS abstract_level) AS abstract
    FROM weighed AS w
    LEFT JOIN abstracts AS z USING (id_a, id_b)
)

SELECT
    * EXCLUDE (score, places, other_end),
    list_append(places, enum_code(abstract)) AS levels,
    score + weight_of([0, 0, 0, 0, 0, 0, 0, 0, 0, enum_code(abstract)]) AS score
FROM read;
