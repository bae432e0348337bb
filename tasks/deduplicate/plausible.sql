-- Which of `dedupe_candidate` are worth comparing field by field: pairs with something in common beside the key under which they met. Far
-- more pairs meet by chance than for a reason, so this looks at a few numbers of each record and at no text.
-- Reads: dedupe.feature, dedupe_candidate
-- Gives: dedupe_comparison (id_a, id_b, n: pairs to compare, numbered)

CREATE OR REPLACE TEMP TABLE dedupe_comparison AS
WITH side AS MATERIALIZED (
    SELECT
        hash(id) AS record,
        id,
        CASE WHEN length(title) >= 12 THEN hash(left(title, 12)) END AS title_start,
        bits_of(significant_title_words(words)) AS word_bits,
        bit_count(word_bits) AS words,
        bits_of(authors) AS author_bits,
        -- Journals in other scripts may be any.
        CASE WHEN NOT not_latin(journal) THEN left(journal, 1) END AS journal,
        register,
        volume,
        page,
        CASE WHEN doi <> '' THEN hash(doi) END AS doi,
        pmid,
        abstract_key
    FROM dedupe.feature
    WHERE hash(id) IN (SELECT a FROM dedupe_candidate UNION ALL SELECT b FROM dedupe_candidate)
)

SELECT least(x.id, y.id) AS id_a, greatest(x.id, y.id) AS id_b, row_number() OVER () AS n
FROM dedupe_candidate AS c
JOIN side AS x ON x.record = c.a
JOIN side AS y ON y.record = c.b
WHERE
    -- Half of the significant words of the shorter title (all, if it has none), or how it begins.
    2 * bit_count(x.word_bits & y.word_bits) >= least(x.words, y.words)
    OR x.title_start = y.title_start
    OR x.doi = y.doi
    OR x.pmid = y.pmid
    OR x.register = y.register
    OR x.abstract_key = y.abstract_key
    -- Titles that were translated: one place, and the people or the journal may be the same.
    OR x.page = y.page AND (
        x.author_bits & y.author_bits <> 0
        OR x.volume = y.volume AND (x.journal = y.journal OR coalesce(x.journal, '') = '' OR coalesce(y.journal, '') = '' OR x.author_bits = 0 OR y.author_bits = 0)
    );
