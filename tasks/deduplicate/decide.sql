-- From levels and score to an outcome: same, review or distinct, with the veto, the relation or the doubt that decided, if one did.
-- A relation keeps documents apart that belong together (the policy may merge them); a veto says that two records cannot be one report;
-- a doubt sends to a person what the score alone would merge. What scores below `dedupe_floor` is left out.

CREATE OR REPLACE TEMP TABLE dedupe_decided AS
WITH compared AS (
    SELECT
        c.*,
        a.words AS words_a, b.words AS words_b,
        a.kind AS kind_a, b.kind AS kind_b,
        a.notice AS notice_a, b.notice AS notice_b,
        a.numerals AS numerals_a, b.numerals AS numerals_b,
        a.greek AS greek_a, b.greek AS greek_b,
        a.generic AND b.generic AS both_generic,
        a.page <> b.page AS other_page,
        -- Journals that count their pages anew in each issue: every issue has such a page, and a column stands on it again and again.
        c.number = 2 AND a.page < 100 AS any_issue,
        a.register <> b.register AS other_register,
        CASE WHEN a.kind = 'cochrane' THEN regexp_extract(a.doi, 'pub\d+$') <> regexp_extract(b.doi, 'pub\d+$') END AS other_version,
        list_has_any(a.issn, b.issn) AS same_issn
    FROM dedupe_compared AS c
    JOIN dedupe_side AS a ON a.id = c.id_a
    JOIN dedupe_side AS b ON b.id = c.id_b
    WHERE
        c.score >= getvariable('dedupe_floor')
        OR (c.title IN (1, 2, 4, 5) AND (a.kind IS NOT NULL OR b.kind IS NOT NULL OR a.notice IS NOT NULL OR b.notice IS NOT NULL))
),

fact AS (
    SELECT
        *,
        -- How many parts of the place speak against each other.
        (page = 4)::INT + (volume = 2)::INT + (number = 2 AND volume <> 2)::INT + (journal = 3)::INT + (year = 3)::INT AS conflicts,
        -- Two reports by the same people do not begin on one page of one volume.
        page = 1 AND (volume = 1 OR journal <> 3 AND year = 1) AND NOT (any_issue AND doi <> 1 AND (author <> 1 OR both_generic)) AS same_place,
        title IN (1, 2, 3) AS same_title,
        title IN (1, 2, 4, 5) AND author IN (1, 2, 3) AS same_work,
        CASE WHEN title NOT IN (1, 2, 3) THEN series(words_a) END AS series_a,
        CASE WHEN title NOT IN (1, 2, 3) THEN series(words_b) END AS series_b,
        -- What is said of the report itself is the same.
        doi = 1 OR abstract = 1 AS vouched
    FROM compared
),

related AS (
    SELECT
        *,
        CASE
            WHEN notice_a IS DISTINCT FROM notice_b AND title IN (1, 2, 4, 5) AND NOT (same_title AND same_place AND author <> 5) THEN coalesce(notice_a, notice_b)
            WHEN NOT same_work THEN NULL
            WHEN (coalesce(kind_a, '') = 'preprint') <> (coalesce(kind_b, '') = 'preprint') THEN 'preprint'
            WHEN (coalesce(kind_a, '') = 'registration') <> (coalesce(kind_b, '') = 'registration') THEN 'registration'
            WHEN (coalesce(kind_a, '') = 'thesis') <> (coalesce(kind_b, '') = 'thesis') AND (conflicts > 0 OR journal = 0) THEN 'thesis'
            WHEN kind_a = 'cochrane' AND kind_b = 'cochrane' AND doi <> 1 AND same_title
                 AND (year = 3 OR year = 2 AND (page <> 1 OR number = 2) OR other_version) THEN 'cochrane_version'
            WHEN (coalesce(kind_a, '') = 'conference') <> (coalesce(kind_b, '') = 'conference') AND NOT same_place AND (conflicts > 0 OR year = 2) THEN 'conference_abstract'
        END AS relation
    FROM fact
),

ruled AS (
    SELECT
        *,
        CASE
            WHEN same_place THEN CASE WHEN title = 8 AND abstract = 3 THEN 'different reports on one page' END
            WHEN both_generic AND NOT (doi = 1 AND year = 1 AND conflicts = 0) THEN 'a title that recurs, not in the same place'
            WHEN title = 2 AND conflicts > 0 AND page <> 1 AND doi <> 1 THEN 'a short title in different places'
            WHEN kind_a = 'registration' AND kind_b = 'registration' AND (doi = 2 OR other_register) THEN 'different registrations'
            WHEN NOT same_title AND series_a <> series_b AND series_a <> '' AND series_b <> '' THEN 'different parts of a series'
            WHEN NOT same_title AND (series_a = '') <> (series_b = '') AND (page = 4 OR volume = 2 OR year > 1) THEN 'one of a series'
            WHEN NOT same_title AND numerals_a <> numerals_b AND numerals_a <> '' AND numerals_b <> ''
                 AND NOT (title = 4 AND abstract = 1 AND volume = 1 AND conflicts = 0)
                 AND regexp_replace(words_a, '[^0-9]', '', 'g') <> regexp_replace(words_b, '[^0-9]', '', 'g') THEN 'different numbers in the titles'
            WHEN NOT same_title AND len(greek_a) > 0 AND len(greek_b) > 0 AND greek_a <> greek_b THEN 'different Greek letters in the titles'
            WHEN kind_a = 'conference' AND kind_b = 'conference' AND doi <> 1 AND (page = 4 OR journal = 3 AND other_page) THEN 'abstracts of different meetings'
            WHEN page = 4 AND title <> 0 AND NOT same_title THEN 'similar titles on different pages'
            WHEN conflicts >= 2 AND page <> 1 AND NOT (abstract = 1 AND journal = 1 AND volume = 1 AND same_title) THEN 'they stand in different places'
        END AS veto,
        CASE
            WHEN title = 0 AND author = 0 THEN 'neither title nor authors to compare'
            WHEN title = 8 AND abstract <> 1 THEN 'different titles in one place'
            WHEN title IN (7, 9) AND abstract <> 1 AND author <> 1 THEN 'different titles, and not all authors the same'
            WHEN conflicts >= 2 THEN 'their places disagree'
            WHEN title IN (2, 3) AND author = 5 AND doi <> 1 THEN 'a short title, by other people'
            WHEN title = 2 AND page <> 1 AND volume <> 1 AND doi <> 1 THEN 'a short title, and no place in common'
            WHEN any_issue AND page = 1 AND author <> 1 AND NOT vouched THEN 'one page of two issues'
            WHEN volume = 2 AND year > 1 AND author <> 1 AND NOT vouched THEN 'one page of two years'
            WHEN kind_a = 'cochrane' AND kind_b = 'cochrane' AND (number = 2 OR year = 2) AND NOT vouched THEN 'perhaps another version'
            WHEN notice_a IS DISTINCT FROM notice_b THEN 'one is a notice by its title'
            WHEN title = 6 AND page NOT IN (1, 2) AND NOT vouched THEN 'titles only similar, and no pages in common'
            WHEN title = 4 AND page <> 1 AND NOT vouched AND opposed(own_words(words_a, words_b), own_words(words_b, words_a)) THEN 'a word that turns the meaning'
            WHEN number = 2 AND page = 0 AND doi <> 1 AND abstract <> 1 THEN 'another issue, and no pages to compare'
            WHEN journal = 3 AND volume <> 1 AND page NOT IN (1, 2) AND doi <> 1 THEN 'another journal, and no place in common'
            WHEN NOT same_title AND journal = 3 AND same_issn = false THEN 'similar titles in different journals'
            WHEN NOT same_title AND page <> 1 AND (series_a = '') <> (series_b = '') THEN 'perhaps one of a series'
            WHEN title = 4 AND page <> 1 AND doi <> 1 AND abstract <> 1
                 AND jaro_winkler_similarity(nullif(own_words(words_a, words_b), ''), nullif(own_words(words_b, words_a), '')) < 0.8 THEN 'another word in the title'
        END AS doubt
    FROM related
),

decided AS (
    SELECT
        *,
        CASE
            WHEN list_contains(getvariable('dedupe_merge'), relation) THEN CASE WHEN same_work THEN 'same' ELSE 'review' END
            WHEN relation IS NOT NULL OR veto IS NOT NULL OR score < getvariable('dedupe_review') THEN 'distinct'
            WHEN score >= getvariable('dedupe_same') AND doubt IS NULL THEN 'same'
            ELSE 'review'
        END AS outcome
    FROM ruled
)

SELECT
    id_a,
    id_b,
    outcome,
    score,
    relation,
    veto,
    outcome = 'distinct' AND (veto IS NOT NULL OR relation IS NOT NULL OR score < getvariable('dedupe_clash')) AS clashes,
    'for: ' || coalesce(nullif(spoken(levels, 1), ''), 'nothing') || coalesce('; against: ' || nullif(spoken(levels, -1), ''), '')
    || coalesce('; relation: ' || replace(relation, '_', ' '), '')
    || coalesce('; veto: ' || veto, CASE WHEN score >= getvariable('dedupe_same') THEN '; doubt: ' || doubt END, '') AS why
FROM decided;
