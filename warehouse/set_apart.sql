-- One round of telling staged records apart that bear one accession and wholly different titles.
--
-- Reads   stage_apart (row, source, identity, other)  rows of the stage that have no record yet, by the accession they bear
--         nth (variable)                              the round: the nth record of that accession
-- Gives   stage_place (row, identity, record_id)      appended: the rows that are the nth record of their accession
--         stage_apart                                 the others; `other` is the title of the accession's first record
--
-- The first record of an accession is the one that was loaded first: its identity is 'acc:123'; those of the others are
-- 'acc2:123', 'acc3:123', by the order of loading, so that a rebuild finds the same.

CREATE OR REPLACE TEMP TABLE stage_candidate AS
SELECT *, 'r' || left(sha256(source || chr(10) || candidate_identity), 20) AS record_id
FROM (
    SELECT *, CASE getvariable('nth') WHEN 1 THEN identity ELSE 'acc' || getvariable('nth') || substr(identity, 4) END AS candidate_identity
    FROM stage_apart
);

CREATE OR REPLACE TEMP TABLE stage_first AS
WITH known AS (
    SELECT record_id, title, authors, year, journal, volume, pages, doi, abstract
    FROM core.record
    WHERE record_id IN (SELECT record_id FROM stage_candidate) AND title IS NOT NULL
)
FROM known
UNION ALL
SELECT c.record_id, s.title, s.authors, s.year, s.journal, s.volume, s.pages, s.doi, s.abstract
FROM stage_candidate AS c
JOIN stage_record AS s ON s.rowid = c.row
ANTI JOIN known AS k ON k.record_id = c.record_id
QUALIFY row_number() OVER (PARTITION BY c.record_id ORDER BY c.row) = 1;

CREATE OR REPLACE TEMP TABLE stage_apart AS
WITH pair AS (
    SELECT c.row, c.source, c.identity, c.other, s AS staged, f AS first_record, folded(s.title) AS title_a, folded(f.title) AS title_b
    FROM stage_candidate AS c
    JOIN stage_record AS s ON s.rowid = c.row
    JOIN stage_first AS f ON f.record_id = c.record_id
    WHERE s.title <> f.title
),
-- Fewer than half of the shorter title's words stand in the other, and more than half of the letters would have to change
-- (a title of which an encoding spoiled the letters is the same title). A title without a letter ('????') says nothing.
different AS (
    SELECT *
    FROM pair
    WHERE title_a <> '' AND title_b <> ''
        AND share(words(staged.title), words(first_record.title)) < 0.5
        AND levenshtein(left(title_a, 300), left(title_b, 300)) > least(greatest(length(title_a), length(title_b)), 300) / 2
),
-- Two titles of one record, as a translation has them: the DOI is the same, or the abstract, or the place (year, volume and
-- first page) with either the authors or the journal.
evidence AS (
    SELECT
        row, source, identity, coalesce(other, first_record.title) AS other,
        coalesce(staged.doi = first_record.doi, false) AS same_doi,
        words(staged.abstract) AS abstract_a, words(first_record.abstract) AS abstract_b,
        coalesce(staged.year = first_record.year AND staged.volume = first_record.volume AND first_page(staged.pages) = first_page(first_record.pages), false) AS same_place,
        coalesce(share(families(staged.authors), families(first_record.authors)) >= 0.5, false) AS same_authors,
        coalesce(folded(staged.journal) = folded(first_record.journal), false) AS same_journal
    FROM different
)
SELECT row, source, identity, other
FROM evidence
WHERE NOT same_doi
    AND NOT coalesce(least(len(abstract_a), len(abstract_b)) >= 10 AND share(abstract_a, abstract_b) >= 0.5, false)
    AND NOT (same_place AND (same_authors OR same_journal));

INSERT INTO stage_place
SELECT row, candidate_identity, record_id, other
FROM stage_candidate
ANTI JOIN stage_apart USING (row);
