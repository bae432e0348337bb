-- What is compared, worked out once for each record of `dedupe_incoming`: a function of the record alone.
-- Each step builds on the columns of the one before.
-- Reads: dedupe_incoming
-- Gives: dedupe.feature

INSERT INTO dedupe.feature BY NAME
WITH stated_step AS (
    SELECT
        id,
        content_of(source, author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language) AS content,
        without_label(without_remarks(without_language(CASE WHEN title NOT LIKE '#%' THEN title ELSE '' END))) AS title_text,
        title,
        CASE WHEN regexp_matches(author, '[a-z.][A-Z]') THEN regexp_replace(author, '([a-z.])([A-Z])', '\1 \2', 'g') ELSE coalesce(author, '') END AS author_text,
        -- A year that is the issue's number was put there by mistake: of either, nothing is known.
        CASE WHEN year <> coalesce(number, '') THEN regexp_extract(year, '(1[6-9]\d|20[0-4])\d') END AS year_text,
        stated(journal) AS journal,
        lower(stated(volume)) AS volume,
        lower(stated(CASE WHEN number <> coalesce(year, '') THEN number END)) AS number,
        lower(stated(pages)) AS pages,
        -- CENTRAL's DOI names CENTRAL's record, not the report.
        CASE WHEN doi NOT ILIKE '%10.1002/central/%' THEN lower(doi) END AS doi,
        pmid,
        isbn,
        lower(concat_ws(' ', type, accession)) AS about,
        CASE WHEN length(abstract) >= 200 THEN lower(substring(abstract, 60, 90)) END AS abstract_start
    FROM dedupe_incoming
),

-- Errata, retractions and comments bear the title of the report that they are about, with something before or after it.
notice_step AS (
    SELECT
        * EXCLUDE (title_text),
        CASE WHEN length(title_text) > 30 THEN notice_of(title_text) END AS notice,
        CASE WHEN notice IS NULL THEN title_text ELSE without_notice(title_text) END AS title_text,
        -- A journal field that holds the whole citation: 'Brain Res.66 (12) ()(pp 570-579) 1998.Date of …', 'Lancet 377(9778):1693'.
        regexp_matches(journal, '\(pp |\(no pagination|\d ?\(\d|Conference|\d ?: ?\d') AS is_citation,
        concat_ws(' ', volume, number, CASE WHEN is_citation THEN lower(regexp_extract(journal, '\d ?(\([^)]*supp[^)]*\))', 1)) END) AS volume_and_number
    FROM stated_step
),

undated_step AS (
    SELECT
        * EXCLUDE (number, pages, is_citation, volume_and_number),
        -- The issue's field may hold the pages ('pp 12-19') or an article's number, which has five digits or stands beside a volume that names
        -- the issue ('18 (8)').
        undated(CASE WHEN NOT coalesce(number LIKE 'pp %' OR length(number) >= 3 AND regexp_matches(volume, '\(\d+\)') OR regexp_matches(number, '^e?\d{5,}$'), false)
                     THEN number END) AS number,
        undated(CASE WHEN number LIKE 'pp %' THEN number[4:]
                     WHEN pages IS NULL AND (volume LIKE '%no pagination%' OR regexp_matches(number, '^e?\d{5,}$')) THEN number
                     -- 'S4-76-S4-101' bears the supplement's number: S76-S101.
                     WHEN pages LIKE 's%-%-%' THEN regexp_replace(pages, '^s\d+[-:.](\d+) ?- ?s\d+[-:.](\d+)$', 's\1-s\2') ELSE pages END) AS pages,
        -- A supplement: 'Suppl. 1', '11 Suppl', '4_suppl_1', 'S1' (after volume or issue), 'Supplement'; its number, or '' if it has none.
        CASE WHEN regexp_matches(volume_and_number, 'supp|\bs ?\d')
             THEN regexp_extract(volume_and_number, '(?:supp[a-z]*|\bs)[ ._:#-]*(?:no\.? ?|iss(?:ue)?\.? ?)?(\d*)', 1) END AS supplement,
        spaced(title_text) AS title_spaced,
        spaced(author_text) AS author_spaced,
        lower(journal) AS journal_lower,
        is_citation
    FROM notice_step
),

citation_step AS (
    SELECT
        * EXCLUDE (title_spaced, author_spaced),
        plain(title_spaced) AS words,
        -- A word with a digit is no name (a registration's number, where the sponsor should stand).
        CASE WHEN regexp_matches(author_spaced, '\d') THEN plain(regexp_replace(author_spaced, '\S*\d\S*', '', 'g')) ELSE plain(author_spaced) END AS names,
        CASE WHEN is_citation THEN regexp_replace(journal_lower, '[.,;:]? ?(\d+[ (:].*|\(pp .*|conference:.*)$', '') ELSE journal_lower END AS given_name,
        coalesce(is_supplement_series(given_name), false) AS series_of_supplements,
        own_name(given_name) AS journal_name,
        CASE WHEN is_citation THEN regexp_extract(journal_lower, '[.,; ] ?(\d{1,4})( [^()]*)?\(', 1) ELSE '' END AS cited_volume,
        CASE WHEN is_citation THEN regexp_extract(journal_lower, '\d ?\((\d[^)]*)\)', 1) ELSE '' END AS cited_number,
        -- 'S312', '101A', 'II389-97', '1217-24; discussion 1224-5', 'e1000', 'CD006828': mark, first and last number.
        regexp_extract(
            coalesce(CASE WHEN pages SIMILAR TO '.*\d.*' THEN pages END, nullif(regexp_extract(journal_lower, '\(pp ([^)]*)\)', 1), '')),
            '^[^0-9]*?([a-z]{0,4})[ .-]?(\d+)([a-z]?)(?:\s*[-–—]+\s*[a-z]{0,3}(\d+))?', ['before', 'first', 'after', 'last']) AS page
    FROM undated_step
),

numbered AS (
    SELECT
        *,
        -- '62 (suppl. 1)' cut at its bracket leaves '1)': no volume.
        CASE WHEN volume LIKE '%)%' AND volume NOT LIKE '%(%' THEN ''
             ELSE coalesce(nullif(regexp_extract(volume, '\d+'), ''), nullif(cited_volume, ''), '') END AS volume_number,
        try_cast(page.first AS BIGINT) AS page_first,
        last_page(page.first, nullif(page.last, '')) AS page_last,
        page.before || page.after AS page_mark,
        replace(without_greek(words), ' ', '') AS letters,
        register_number(concat_ws(' ', about, journal_lower)) AS registered,
        without_occasion(string_split(plain(spaced(replace(main_name(journal_name), '''', ''))), ' ')) AS journal_names,
        CASE WHEN contains(journal_name, '=') OR contains(journal_name, '/') THEN journal_name END AS several_names
    FROM citation_step
)

SELECT
    id,
    content,
    words,
    letters AS title,
    length(letters) < 12 OR regexp_matches(words, '^(editorials?|introduction|preface|foreword|contents|table of contents|index|abstracts?|news|letters?|book reviews?|announcements?|errat(um|a)|corrections?|corrigend(um|a)|commentary|in this issue|(notes |letter |message )?from the (editors?|president|chair).*|guest editorial|in memoriam|obituary|acknowledge?ments?( to reviewers)?|calendar|conference (report|proceedings|abstracts?)|proceedings|(poster|oral) (abstracts?|presentations?|session)|letter(s)? to the editor|reply|authors? reply|response|comments?|discussion|untitled|no title|summary|overview|background|conclusions?|questions? and answers?|case reports?|clinical trials?|retraction|notice|editorial comment|editors? note|president s .*|message from .*|what s new.*|journal club|images? in .*|correspondence)$') AS generic,
    CASE WHEN regexp_matches(words, '\d| ii| iv| vi| ix| xi| i$|part i |part a |part b ') THEN
        array_to_string([roman(w) FOR w IN regexp_extract_all(words, '\b(?:\w*\d\w*|i[iv]+|vi+|ix|xi+)\b')], ' ')
    ELSE '' END AS numerals,
    CASE WHEN length(letters) < length(replace(words, ' ', '')) THEN
        list_sort(list_distinct([greek_name(g) FOR g IN regexp_extract_all(words, 'alpha|beta|gamma|delta|epsilon|kappa|lambda|sigma|omega|[α-ω]')])) END AS greek,
    title LIKE '[%' OR title LIKE '"[%' OR names_language(title) OR regexp_matches(words, ' (de la|de los|de las|del|et|und|der|bei|mit|von|les|des|dans|avec|para|con|en el|em|na|och|della|nella|nei) ') AS foreign_title,
    notice,
    CASE
        WHEN journal_lower LIKE 'cochrane database%' OR doi LIKE '%10.1002/14651858%' THEN 'cochrane'
        WHEN regexp_matches(journal_lower, '^(arxiv|biorxiv|medrxiv|psyarxiv|socarxiv|edarxiv|osf ?preprints?|chemrxiv|ssrn|research square|preprints?)') OR about LIKE '%preprint%'
             OR regexp_matches(doi, '10\.(1101|21203|2139|31234|31219|48550|20944|26434|35542|31235)/') AND coalesce(volume_number, '') = '' THEN 'preprint'
        WHEN registered IS NOT NULL OR regexp_matches(concat_ws(' ', journal_lower, about), 'clinicaltrials\.gov|ictrp|trial regist') THEN 'registration'
        WHEN regexp_matches(concat_ws(' ', journal_lower, volume, about), 'dissertation|thesis|ph\.?d\.?\b')
             OR volume_number = '' AND page_first IS NULL AND regexp_matches(journal_lower, '^[a-z ]*\b(universi[dt]\w*|hochschule)\b')
                AND NOT regexp_matches(journal_lower, 'press|journal|bulletin|review|annals|archive|editor') THEN 'thesis'
        WHEN regexp_matches(concat_ws(' ', journal_lower, about), '\b(conference|congress|symposium|meeting|workshop|inproceedings|abstracts)\b') OR regexp_matches(concat_ws(' ', volume, number), 'supp|^s\d|conf|meeting') AND page_mark IN ('s', 'a', 'p', 'as', 'sa', 'ps') THEN 'conference'
    END AS kind,
    coalesce(registered, register_number(doi)) AS register,
    [a FOR a IN string_split(names, ' ') IF length(a) >= 2 AND a NOT IN
        ('and', 'et', 'al', 'jr', 'sr', 'van', 'von', 'der', 'den', 'de', 'la', 'del', 'di', 'du', 'da', 'dos', 'le', 'ter', 'ten', 'el', 'ii', 'iii', 'phd', 'md', 'the')] AS authors,
    try_cast(year_text AS SMALLINT) AS year,
    significant_words(journal_names) AS journal,
    -- No pattern here: in a list it is compiled anew for each element.
    CASE WHEN several_names IS NOT NULL THEN
        [significant_words(string_split(trim(spaced(split_part(split_part(j, '(', 1), ':', 1))), ' ')) FOR j IN string_split(replace(several_names, '/', '='), '=')]
    END AS parallel,
    CASE WHEN isbn IS NOT NULL THEN regexp_extract_all(upper(isbn), '\d{4}-?\d{3}[\dX]\b') END AS issn,
    nullif(ltrim(volume_number, '0'), '') AS volume,
    -- Beside a whole citation in the journal's field, the issue's field holds what was left over of it.
    coalesce(
        CASE WHEN volume IS NULL AND supplement IS NULL THEN nullif(regexp_extract(cited_number, '\d+'), '') END, nullif(regexp_extract(CASE WHEN supplement IS NOT NULL THEN regexp_extract(number, '^\d+') ELSE number END, '\d+'), ''),
        CASE WHEN supplement IS NULL THEN nullif(regexp_extract(volume, '\((?:[^)0-9]*)(\d+)', 1), '') END, nullif(regexp_extract(cited_number, '\d+'), '')) AS number,
    supplement,
    series_of_supplements,
    CASE WHEN page_first BETWEEN 1 AND 99999999 AND (pages IS NULL OR NOT regexp_matches(pages, '[a-z]{3,}|^t-|^\d+ ?p(p|\.|ages)?\.?$')) THEN page_first END AS page,
    page_last AS page_end,
    page_mark,
    -- A range, a mark (S312, e363) or three digits that are not the year; '15', '2010' alone may be a day, a count or a year.
    coalesce(page_last >= page_first OR page_mark <> '' OR (page_first > 99 AND page_first NOT BETWEEN 1960 AND 2039), false) AS page_sure,
    nullif(first_doi(url_decode(doi)), '') AS doi,
    nullif(regexp_extract(pmid, '\d+'), '') AS pmid,
    CASE WHEN abstract_start IS NOT NULL THEN hash('abstract', right(bare(abstract_start), 60)) END AS abstract_key
FROM numbered;
