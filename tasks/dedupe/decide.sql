-- From levels and score to an outcome: same, review or distinct, with the veto or the relation that decided, if one did.

CREATE OR REPLACE TEMP TABLE dedupe_decided AS
WITH fact AS (
    SELECT
        *,
        -- How many parts of the place speak against each other.
        (page = 4)::INT + (volume = 2)::INT + (number = 2 AND volume <> 2)::INT + (journal = 3)::INT + (year = 3)::INT AS conflicts,
        -- Two reports by the same people do not begin on one page of one volume.
        page = 1 AND (volume = 1 OR journal <> 3 AND year = 1) AS same_place,
        title IN (1, 2, 3) AS same_title
    FROM dedupe_compared
),

ruled AS (
    SELECT
        *,
        CASE
            WHEN a.notice IS DISTINCT FROM b.notice AND NOT (same_title AND same_place) THEN coalesce(a.notice, b.notice)
            WHEN (a.kind = 'preprint') <> (b.kind = 'preprint') OR (a.kind = 'preprint' AND b.kind IS NULL) OR (b.kind = 'preprint' AND a.kind IS NULL) THEN 'preprint'
            WHEN a.kind IS DISTINCT FROM b.kind AND 'registration' IN (a.kind, b.kind) THEN 'registration'
            WHEN a.kind IS DISTINCT FROM b.kind AND 'thesis' IN (a.kind, b.kind) AND (conflicts > 0 OR journal = 0) THEN 'thesis'
            WHEN a.kind = 'cochrane' AND b.kind = 'cochrane' AND NOT doi = 1
                 AND (year = 3 OR year = 2 AND page <> 1 OR a.cochrane_version <> b.cochrane_version OR year = 2 AND number = 2) THEN 'cochrane_version'
            WHEN a.kind IS DISTINCT FROM b.kind AND 'conference' IN (a.kind, b.kind) AND NOT same_place
                 AND (conflicts > 0 OR year = 2) THEN 'conference_abstract'
        END AS relation,
        -- Below `dedupe_clash` the score itself decides.
        CASE
            WHEN score < getvariable('dedupe_clash') THEN NULL
            WHEN same_place THEN CASE WHEN title = 8 AND abstract = 3 THEN 'different reports on one page' END
            WHEN a.generic AND b.generic AND NOT (doi = 1 AND year = 1 AND conflicts = 0) THEN 'a title that recurs, not in the same place'
            WHEN NOT same_title AND series(a.words) <> series(b.words) AND series(a.words) <> '' AND series(b.words) <> '' THEN 'different parts of a series'
            WHEN NOT same_title AND a.numerals <> b.numerals AND a.numerals <> '' AND b.numerals <> ''
                 AND regexp_replace(a.words, '[^0-9]', '', 'g') <> regexp_replace(b.words, '[^0-9]', '', 'g') THEN 'different numbers in the titles'
            WHEN NOT same_title AND (series(a.words) = '') <> (series(b.words) = '') AND (page = 4 OR volume = 2 OR year > 1) THEN 'one of a series'
            WHEN NOT same_title AND len(a.greek) > 0 AND len(b.greek) > 0 AND a.greek <> b.greek THEN 'different Greek letters in the titles'
            WHEN a.kind = 'registration' AND b.kind = 'registration' AND doi = 2 THEN 'different registrations'
            WHEN a.kind = 'conference' AND b.kind = 'conference' AND doi <> 1 AND (page = 4 OR journal = 3 AND a.page <> b.page) THEN 'abstracts of different meetings'
            WHEN page = 4 AND title <> 0 AND NOT same_title THEN 'similar titles on different pages'
            WHEN conflicts >= 2 AND page <> 1 AND NOT (abstract = 1 AND journal = 1 AND volume = 1 AND same_title) THEN 'they stand in different places'
        END AS veto,
        CASE
            WHEN score < getvariable('dedupe_same') THEN NULL
            WHEN title = 8 AND abstract <> 1 THEN 'different titles in one place'
            WHEN conflicts >= 2 THEN 'their places disagree'
            WHEN journal = 3 AND volume <> 1 AND page NOT IN (1, 2) AND doi <> 1 THEN 'another journal, and no place in common'
            WHEN NOT same_title AND journal = 3 AND list_has_any(a.issn, b.issn) = false THEN 'similar titles in different journals'
            WHEN NOT same_title AND page <> 1 AND (series(a.words) = '') <> (series(b.words) = '') THEN 'perhaps one of a series'
            WHEN title = 4 AND page <> 1 AND doi <> 1 AND own_words(a.words, b.words) <> '' AND own_words(b.words, a.words) <> ''
                 AND jaro_winkler_similarity(own_words(a.words, b.words), own_words(b.words, a.words)) < 0.8 THEN 'another word in the title'
        END AS doubt
    FROM fact
)

SELECT
    a.id AS id_a, b.id AS id_b, score,
    relation, veto,
    CASE
        WHEN score < getvariable('dedupe_review') THEN 'distinct'
        WHEN relation IS NOT NULL AND NOT list_contains(getvariable('dedupe_merge'), relation) THEN 'distinct'
        WHEN veto IS NOT NULL THEN 'distinct'
        WHEN score >= getvariable('dedupe_same') AND doubt IS NULL THEN 'same'
        ELSE 'review'
    END AS outcome,
    'for: ' || coalesce(nullif(concat_ws(', ', spoke('title', title, 1), spoke('author', author, 1), spoke('year', year, 1), spoke('journal', journal, 1),
        spoke('volume', volume, 1), spoke('number', number, 1), spoke('page', page, 1), spoke('doi', doi, 1), spoke('pmid', pmid, 1), spoke('abstract', abstract, 1)), ''), 'nothing')
    || coalesce('; against: ' || nullif(concat_ws(', ', spoke('title', title, -1), spoke('author', author, -1), spoke('year', year, -1), spoke('journal', journal, -1),
        spoke('volume', volume, -1), spoke('number', number, -1), spoke('page', page, -1), spoke('doi', doi, -1), spoke('pmid', pmid, -1), spoke('abstract', abstract, -1)), ''), '')
    || coalesce('; relation: ' || replace(relation, '_', ' '), '') || coalesce('; veto: ' || veto, '; doubt: ' || doubt, '') AS why
FROM ruled;
