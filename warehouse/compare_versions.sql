-- How two versions of a record compare: whether they can be the same record, and whether the newer spoils the older.

-- A text in small letters and digits, without accents, spaces and signs.
CREATE OR REPLACE TEMP MACRO folded(text) AS regexp_replace(lower(strip_accents(text)), '[^\p{L}\p{N}]+', '', 'g');

-- Its words of four letters and more, which say what it is about, or all where it has none.
CREATE OR REPLACE TEMP MACRO all_words(text) AS regexp_extract_all(lower(strip_accents(text)), '[\p{L}\p{N}]+');
CREATE OR REPLACE TEMP MACRO words(text) AS
    list_distinct(coalesce(nullif(list_filter(all_words(text), lambda word: length(word) >= 4), []), all_words(text)));

-- The share of the shorter list that stands in the other; null where one is empty.
CREATE OR REPLACE TEMP MACRO share(a, b) AS len(list_intersect(a, b)) / nullif(least(len(a), len(b)), 0);

-- Authors' family names, folded.
CREATE OR REPLACE TEMP MACRO families(authors) AS list_transform(authors, lambda x: folded(split_part(x, ',', 1)));
CREATE OR REPLACE TEMP MACRO first_page(pages) AS nullif(regexp_extract(pages, '\w*\d\w*'), '');

-- A date as spreadsheets write one into a cell of pages or of an issue: 12-Jan, Jan-34, 2012-01-12, 12/01/2012.
-- Roman numerals (xii-34) are none.
CREATE OR REPLACE TEMP MACRO is_date(text) AS
    regexp_matches(text, '^\d{1,2}[-./ ]+\p{L}{3,4}\.?([-./ ]+\d{2,4})?$|^\p{L}{3,4}\.?[-./ ]+\d{1,4}$|^\d{4}-\d\d-\d\d( .*)?$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$')
    AND NOT regexp_matches(text, '(^|[-./ ])[ivxlcdmIVXLCDM]{3,4}([-./ ]|$)');
CREATE OR REPLACE TEMP MACRO times(text, pattern) AS len(regexp_extract_all(text, pattern));

-- How the value of a field became worse; null where it did not.
--   emptied           there is none any more
--   letters lost      there are more question marks than before and fewer characters beyond ASCII, or more U+FFFD
--   garbled           UTF-8 that was read as another encoding
--   became a date     numbers of pages, volume or issue that a spreadsheet took for a date
--   cut short         it is the beginning of what it was: of texts, of lists, of a range of pages
CREATE OR REPLACE TEMP MACRO spoils(field, before, after) AS CASE
    WHEN before IS NULL OR before = '' THEN NULL
    WHEN after IS NULL OR after = '' THEN 'emptied'
    WHEN times(after, '\x{FFFD}') > times(before, '\x{FFFD}') THEN 'letters lost'
    WHEN times(after, '\?') > times(before, '\?') AND times(after, '[^\x00-\x7F]') < times(before, '[^\x00-\x7F]') THEN 'letters lost'
    WHEN times(after, '[ÃÂÐÑ][\x{80}-\x{BF}\x{2018}-\x{2122}]|â€|ï¿½') > times(before, '[ÃÂÐÑ][\x{80}-\x{BF}\x{2018}-\x{2122}]|â€|ï¿½') THEN 'garbled'
    WHEN field IN ('pages', 'volume', 'issue') AND is_date(after) AND NOT is_date(before) AND regexp_matches(before, '\d') THEN 'became a date'
    WHEN field = 'pages' AND starts_with(before, after || '-') THEN 'cut short'
    WHEN field IN ('authors', 'keywords') AND starts_with(before, after || '; ') THEN 'cut short'
    WHEN field IN ('title', 'journal', 'abstract')
        AND length(folded(after)) > 0 AND length(folded(after)) < length(folded(before)) AND starts_with(folded(before), folded(after)) THEN 'cut short'
END;
