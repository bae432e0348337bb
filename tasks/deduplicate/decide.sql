-- Decides each pair: same, review or distinct, with the identity, the relation, the veto or the doubt that decided, if one did.
-- An identity makes one report of two records, whatever the score; a relation keeps documents apart that belong together (the policy may
-- merge them); a veto says that two records cannot be one report; a doubt sends to a person what the score alone would merge.
-- What scores below `dedupe_floor` is left out, unless it may be related or identical.
-- Reads: dedupe_compared, dedupe_side
-- Gives: dedupe_decided (a row a pair, with its outcome and why)

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
        -- A letter counts another series of pages: a supplement's, posters, talks. No slip of the pen adds one and changes the digits.
        a.page_mark <> b.page_mark AND (a.page_mark IN ('s', 'a', 'o', 'p') OR b.page_mark IN ('s', 'a', 'o', 'p')) AS other_series,
        a.page_end = b.page_end AND a.page_end > a.page AS same_last_page,
        a.page_end <> b.page_end AS other_last_page,
        -- Journals that count their pages anew in each issue have such a page in every issue, and a column stands on it again and again.
        c.page IN ('same', 'same_unsure') AND a.page < 100 AS low_page,
        coalesce(a.volume = b.volume, true) AND (a.page_end + 1 = b.page OR b.page_end + 1 = a.page) AS back_to_back,
        -- Words of names, given names and pairs of initials among them: two people have four at most. Columns have an editor or two, not a group.
        least(len(a.people), len(b.people)) >= 5 AS by_a_group,
        -- A page or two: room for letters under one title.
        a.abstract_key IS NULL AND b.abstract_key IS NULL AND coalesce(a.page_end, a.page) <= a.page + 1 AND coalesce(b.page_end, b.page) <= b.page + 1 AS on_one_page,
        a.authors[1] <> b.authors[1] AS other_first,
        a.volume IS NULL AND b.volume IS NULL AS no_volumes,
        a.register <> b.register AS other_register,
        a.kind = 'registration' AND b.kind = 'registration' AND a.register = b.register AS same_register,
        CASE WHEN a.kind = 'cochrane' THEN regexp_extract(a.doi, 'pub\d+$') <> regexp_extract(b.doi, 'pub\d+$') END AS other_version,
        list_has_any(a.issn, b.issn) AS same_issn
    FROM dedupe_compared AS c
    JOIN dedupe_side AS a ON a.id = c.id_a
    JOIN dedupe_side AS b ON b.id = c.id_b
    WHERE
        c.score >= getvariable('dedupe_floor')
        OR a.register = b.register
        OR (c.title IN ('same', 'same_short', 'nearly_same', 'contained')
            AND (a.kind IS NOT NULL OR b.kind IS NOT NULL OR a.notice IS NOT NULL OR b.notice IS NOT NULL))
),

fact AS (
    SELECT
        *,
        title IN ('same', 'same_short', 'same_recurring') AS same_title,
        title IN ('same', 'same_short', 'nearly_same', 'contained') AND author IN ('same', 'same_single', 'in_common') AS same_work,
        -- What is said of the report itself is the same.
        doi = 'same' OR pmid = 'same' OR abstract = 'same' AS vouched,
        -- How many parts of the place speak against each other. A journal may have another name where DOI and title are the same; its namesake is
        -- another where volume or issue differ as well.
        (page = 'different')::INT + (volume = 'different')::INT + (number = 'different' AND volume <> 'different')::INT
        + (journal = 'different' AND NOT (doi = 'same' AND title = 'same'))::INT + (year = 'different')::INT
        + (journal = 'namesake' AND doi <> 'same' AND (volume = 'different' OR number = 'different'))::INT AS conflicts,
        low_page AND number = 'different' AS any_issue,
        -- Two reports by the same people do not begin on one page of one volume.
        page = 'same' AND (volume = 'same' OR journal NOT IN ('namesake', 'different') AND year = 'same')
        AND NOT (any_issue AND doi <> 'same' AND (NOT vouched OR both_generic)) AS same_place,
        CASE WHEN NOT same_title THEN series(words_a) END AS series_a,
        CASE WHEN NOT same_title THEN series(words_b) END AS series_b
    FROM compared
),

related AS (
    SELECT
        *,
        CASE
            WHEN same_register THEN 'one registration'
            -- Where theses are listed, their place is the list's.
            WHEN kind_a = 'thesis' AND kind_b = 'thesis' AND same_title AND same_work AND year IN ('unknown', 'same') THEN 'one thesis'
        END AS identity,
        CASE
            WHEN identity IS NOT NULL THEN NULL
            WHEN notice_a IS DISTINCT FROM notice_b AND title IN ('same', 'same_short', 'nearly_same', 'contained')
                 AND NOT (same_title AND same_place AND author <> 'different') THEN coalesce(notice_a, notice_b)
            WHEN NOT same_work THEN NULL
            WHEN (coalesce(kind_a, '') = 'preprint') <> (coalesce(kind_b, '') = 'preprint') THEN 'preprint'
            WHEN (coalesce(kind_a, '') = 'registration') <> (coalesce(kind_b, '') = 'registration') THEN 'registration'
            WHEN (coalesce(kind_a, '') = 'thesis') <> (coalesce(kind_b, '') = 'thesis') AND (conflicts > 0 OR journal = 'unknown' AND year <> 'same') THEN 'thesis'
            WHEN kind_a = 'cochrane' AND kind_b = 'cochrane' AND doi <> 'same' AND same_title
                 AND (year = 'different' OR year = 'adjacent' AND (page <> 'same' OR number = 'different') OR other_version) THEN 'cochrane_version'
            WHEN (coalesce(kind_a, '') = 'conference') <> (coalesce(kind_b, '') = 'conference') AND NOT same_place AND (conflicts > 0 OR year = 'adjacent')
                THEN 'conference_abstract'
        END AS relation
    FROM fact
),

ruled AS (
    SELECT
        *,
        CASE
            WHEN identity IS NOT NULL THEN NULL
            -- What recurs (an editorial in every issue, an overview every year) has a DOI and an issue of its own each time, and may have one page.
            WHEN doi = 'different' AND number = 'different' AND abstract <> 'same' THEN 'another issue, and a DOI of its own'
            WHEN doi = 'different' AND volume = 'different' AND abstract <> 'same' AND (page <> 'same' OR low_page) THEN 'another volume, and a DOI of its own'
            -- Two scripts tell nothing of title and people: then the whole place has to be the same.
            WHEN two_scripts AND author = 'unknown' AND doi <> 'same' AND NOT (page = 'same' AND volume = 'same' AND year = 'same' AND (number = 'same' OR number = 'unknown' AND same_last_page IS TRUE))
                THEN 'two scripts, and not one place'
            WHEN same_place THEN CASE WHEN title = 'different' AND abstract = 'different' THEN 'different reports on one page' END
            WHEN both_generic AND NOT (vouched AND year = 'same' AND conflicts = 0) THEN 'a title that recurs, not in the same place'
            WHEN title = 'same_short' AND conflicts > 0 AND page <> 'same' AND doi <> 'same' THEN 'a short title in different places'
            WHEN kind_a = 'registration' AND kind_b = 'registration' AND (doi = 'different' OR other_register) THEN 'different registrations'
            WHEN NOT same_title AND series_a <> series_b AND series_a <> '' AND series_b <> '' THEN 'different parts of a series'
            WHEN NOT same_title AND (series_a = '') <> (series_b = '') AND (page = 'different' OR volume = 'different' OR year IN ('adjacent', 'different')) THEN 'one of a series'
            WHEN NOT same_title AND numerals_a <> numerals_b AND numerals_a <> '' AND numerals_b <> ''
                 AND NOT (title = 'nearly_same' AND abstract = 'same' AND volume = 'same' AND conflicts = 0)
                 AND regexp_replace(words_a, '[^0-9]', '', 'g') <> regexp_replace(words_b, '[^0-9]', '', 'g') THEN 'different numbers in the titles'
            -- Some may be lost, none is exchanged.
            WHEN NOT list_has_all(greek_a, greek_b) AND NOT list_has_all(greek_b, greek_a) THEN 'different Greek letters in the titles'
            -- One supplement is one meeting's.
            WHEN kind_a = 'conference' AND kind_b = 'conference' AND doi <> 'same' AND (page = 'different' OR journal = 'different' AND other_page)
                 AND NOT (same_title AND abstract = 'same' AND journal = 'same' AND volume = 'same' AND number = 'same') THEN 'abstracts of different meetings'
            WHEN page = 'different' AND title <> 'unknown' AND NOT same_title THEN 'similar titles on different pages'
            WHEN page = 'different' AND back_to_back AND NOT vouched THEN 'one begins where the other ends'
            WHEN page = 'different' AND doi = 'different' AND abstract <> 'same' THEN 'other pages, and a DOI of its own'
            WHEN conflicts >= 2 AND page <> 'same' AND NOT (abstract = 'same' AND journal = 'same' AND volume = 'same' AND same_title) THEN 'they stand in different places'
        END AS veto,
        CASE
            WHEN identity IS NOT NULL THEN NULL
            WHEN title = 'unknown' AND author = 'unknown' THEN 'neither title nor authors to compare'
            WHEN title = 'different' AND abstract <> 'same' THEN 'different titles in one place'
            WHEN title IN ('somewhat_alike', 'translated') AND abstract <> 'same' AND NOT (author = 'same' OR author = 'same_single' AND same_last_page IS TRUE)
                THEN 'different titles, and not all authors the same'
            WHEN conflicts >= 2 THEN 'their places disagree'
            WHEN title IN ('same_short', 'same_recurring') AND author = 'different' AND doi <> 'same' THEN 'a short title, by other people'
            WHEN title = 'same_short' AND page <> 'same' AND volume <> 'same' AND NOT vouched
                 -- What has no volumes counts its issues by the year.
                 AND NOT (no_volumes AND journal = 'same' AND year = 'same' AND number = 'same') THEN 'a short title, and no place in common'
            WHEN same_title AND author NOT IN ('same', 'same_single') AND other_first AND on_one_page AND NOT vouched THEN 'one page, by other people'
            WHEN any_issue AND NOT vouched THEN 'one page of two issues'
            WHEN low_page AND doi = 'different' AND number <> 'same' AND abstract <> 'same' THEN 'a low page, and a DOI of its own'
            WHEN low_page AND number = 'unknown' AND other_last_page AND NOT vouched THEN 'a low page, and another last page'
            WHEN (volume = 'different' OR (low_page OR other_last_page) AND volume <> 'same') AND year IN ('adjacent', 'different') AND NOT vouched THEN 'one page of two years'
            WHEN kind_a = 'cochrane' AND kind_b = 'cochrane' AND (number = 'different' OR year = 'adjacent') AND NOT vouched THEN 'perhaps another version'
            WHEN notice_a IS DISTINCT FROM notice_b THEN 'one is a notice by its title'
            WHEN title = 'similar' AND page NOT IN ('same', 'overlapping') AND NOT vouched THEN 'titles only similar, and no pages in common'
            WHEN title = 'nearly_same' AND page <> 'same' AND NOT vouched AND opposed(own_words(words_a, words_b), own_words(words_b, words_a)) THEN 'a word that turns the meaning'
            WHEN number = 'different' AND page = 'unknown' AND NOT vouched THEN 'another issue, and no pages to compare'
            WHEN notice_a = 'comment' AND notice_b = 'comment' AND page NOT IN ('same', 'overlapping') AND NOT vouched THEN 'two comments, and no pages in common'
            WHEN title = 'contained' AND page NOT IN ('same', 'overlapping') AND NOT vouched AND is_summary(words_a) <> is_summary(words_b) THEN 'one is a summary by its title'
            WHEN both_generic AND low_page AND number = 'unknown' AND same_last_page IS NOT TRUE AND NOT vouched THEN 'a title that recurs on a low page, and no issue'
            WHEN page = 'different' AND other_series AND NOT vouched THEN 'pages of two series, and nothing that vouches'
            WHEN page = 'different' AND NOT (number = 'same' AND year = 'same' AND author IN ('same', 'same_single')) AND NOT vouched
                 AND NOT (by_a_group AND author = 'same' AND volume = 'same' AND year = 'same' AND number <> 'different') THEN 'other pages, and nothing that vouches'
            WHEN doi = 'different' AND page NOT IN ('same', 'overlapping') AND NOT vouched THEN 'another DOI, and no pages in common'
            WHEN year IN ('adjacent', 'different') AND volume <> 'same' AND page NOT IN ('same', 'overlapping') AND NOT vouched THEN 'another year, and no place in common'
            WHEN NOT same_title AND journal = 'different' AND same_issn = false THEN 'similar titles in different journals'
            WHEN NOT same_title AND page <> 'same' AND (series_a = '') <> (series_b = '') THEN 'perhaps one of a series'
            WHEN title = 'nearly_same' AND page <> 'same' AND NOT vouched
                 AND jaro_winkler_similarity(nullif(own_words(words_a, words_b), ''), nullif(own_words(words_b, words_a), '')) < 0.8 THEN 'another word in the title'
        END AS doubt
    FROM related
),

decided AS (
    SELECT
        *,
        CASE
            WHEN identity IS NOT NULL THEN 'same'
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
    -- Inside a chain: what cannot be one report breaks it, and so do places that disagree; where little is known of a pair, the chain holds.
    outcome = 'distinct' AND (veto IS NOT NULL OR relation IS NOT NULL OR score < getvariable('dedupe_clash'))
    OR outcome = 'review' AND conflicts >= 2 AND doi <> 'same' AS clashes,
    'for: ' || coalesce(nullif(meanings_of(levels, 1), ''), 'nothing') || coalesce('; against: ' || nullif(meanings_of(levels, -1), ''), '')
    || coalesce('; identity: ' || identity, '')
    || coalesce('; relation: ' || replace(relation, '_', ' '), '')
    || coalesce('; veto: ' || veto, CASE WHEN score >= getvariable('dedupe_same') THEN '; doubt: ' || doubt END, '') AS why
FROM decided;
