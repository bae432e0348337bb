-- Small functions of one value that the other files use. Each says what it is for.

-- The DOI in a cell; the first, where several stand in it.
CREATE OR REPLACE TEMP MACRO first_doi(s) AS
    rtrim(regexp_replace(regexp_extract(s, getvariable('dedupe_doi')), '[;,]' || getvariable('dedupe_doi'), ''), '.,;:)');

-- What a record is compared by, in one number.
CREATE OR REPLACE TEMP MACRO content_of(source, author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language) AS
    hash(source, author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language);

-- Letters and digits of any script, lower case, accents gone, everything else one space. In two steps, because patterns cost thirty times
-- what plain replacements do: `spaced` does nearly all of it, `plain` what is left. A question mark inside a word stands for a letter that
-- an encoding lost.
CREATE OR REPLACE TEMP MACRO unaccented(s) AS CASE WHEN strlen(s) = length(s) THEN lower(s) ELSE lower(strip_accents(s)) END;
CREATE OR REPLACE TEMP MACRO spaced(s) AS
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        unaccented(s), '?', ''), '.', ' '), ',', ' '), ':', ' '), ';', ' '), '-', ' '), '(', ' '), ')', ' '), '/', ' '), '''', ' '), '"', ' '), '  ', ' '), '  ', ' ');
CREATE OR REPLACE TEMP MACRO plain(spaced) AS
    trim(CASE WHEN regexp_matches(spaced, '[^a-z0-9 ]|  ') THEN regexp_replace(spaced, '[^\p{L}\p{N}]+', ' ', 'g') ELSE spaced END);

-- A language's name at a title's end, after a full stop or in brackets, which the database added: "… at home. German", "… at home (in Chinese)".
-- The languages of MEDLINE's list. A title with another language's name than English is a translation.
CREATE OR REPLACE TEMP MACRO may_name_language(s) AS regexp_matches(right(s, 25), '[.\[(;] ?(In )?[A-Z][a-z-]+[\])]?\.?$');
CREATE OR REPLACE TEMP MACRO without_language(s) AS
    CASE WHEN may_name_language(s) THEN
        regexp_replace(s, '(?i)[.\[(;] ?(in )?(afrikaans|albanian|arabic|armenian|azerbaijani|bosnian|bulgarian|catalan|chinese|croatian|czech|danish|dutch|english|esperanto|estonian'
            || '|finnish|french|georgian|german|greek|hebrew|hindi|hungarian|icelandic|indonesian|italian|japanese|korean|latin|latvian|lithuanian|macedonian|malay|malayalam'
            || '|multilingual|norwegian|persian|polish|portuguese|pushto|romanian|russian|sanskrit|scottish gaelic|serbian|serbo-croatian|slovak|slovenian|slovene|spanish|swedish'
            || '|thai|turkish|ukrainian|urdu|vietnamese|welsh)[\])]?\.?$', '')
    ELSE s END;
CREATE OR REPLACE TEMP MACRO names_language(s) AS may_name_language(s) AND without_language(s) <> s AND NOT contains(lower(right(s, 12)), 'english');

-- What databases add to a title in brackets: "[Review] [57 refs]", "[Erratum appears in …]", "[French]", "(Withdrawn)".
-- Only bracketed text goes: "Erratum: …" at the start of a title is the title of another report.
CREATE OR REPLACE TEMP MACRO without_remarks(s) AS
    CASE WHEN contains(s, '[') OR contains(s, '(') OR contains(s, '<') OR contains(s, '&') THEN
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(s, '&([A-Za-z])(acute|grave|uml|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'),
                    '(?i)<original>.*$', ''),
                '(?i)</?(i|b|u|em|sub|sup|inf|scp|strong|italic|bold|p|span|br|title|jats:[a-z]+)( [^>]*)?/?>|&([a-z]{2,6}|#x?[0-9a-f]+);', '', 'g'),
            '(?i)[\[(]\s*(review|systematic review|meta-?analysis|\d+ refs?\.?|(published )?(erratum|errata|correction|corrigendum)( appears?| published)? in[^\])]*'
            || '|see comments?|comment(ary)?s?( (in|on)[^\])]*)?|letter|editorial|abstract|conference abstract|summary|proceedings|(retracted|withdrawn|update[sd]?|updated?|corrected) ?(article|in|by|from|publication)?[^\])]*'
            || '|republished[^\])]*|original( article)?|article|(article )?in [a-z]+'
            || '|in process citation|record supplied by publisher|epub ahead of print|protocol|reprint(ed)?[^\])]*|with (discussion|commentary)|discussion)\s*[\])]\.?', ' ', 'g')
    ELSE s END;

-- 'Proceedings: …', 'RETRACTED: …': a label before the title.
CREATE OR REPLACE TEMP MACRO without_label(s) AS
    CASE WHEN contains(left(s, 30), ':')
         THEN regexp_replace(s, '(?i)^\W*(?:retracted|withdrawn|removed|proceedings|abstract|letter|editorial|original article|research article)(?: article)?\W*: ', '')
         ELSE s END;

-- Whether a title is that of a notice about another report. "Erratum: …", "… (vol 12, pg 33, 2010)", "Retraction notice to …", "… - Reply".
CREATE OR REPLACE TEMP MACRO notice_of(s) AS
    CASE
        WHEN NOT regexp_matches(s, '(?i)errat|berichtig|korrektur|fe de err|rectifi|correct|corrig|addend|concern|retract|repl[yi]|respon|^\W*re ?:|comment|\(vol') THEN NULL
        WHEN regexp_matches(s, '(?i)^\W*(berichtigung|korrektur|fe de err(atas?|ores)|rectifi(catif|cation|cación|cacion))\b *[:.\-–—(]|^\W*(published )?(erratum|errata|corrigend(um|a)|addendum)\b|^\W*((author|publisher|editorial)(''s|s)? )?correction( to| for)?\b *[:.\-–—(]|^\W*correction (to|for)\b|^\W*(editorial )?expression of concern\b|[-:.;(–—] *(erratum|corrigend(um|a)|correction)\W*$|\(vol\.? ?\d+') THEN 'erratum'
        WHEN regexp_matches(s, '(?i)^\W*(notice of )?retraction( note| notice)?( to| of| for)?\b *[:.\-–—(]|^\W*(notice of retraction|retraction (note|notice|of|to)\b)|\(retraction of') THEN 'retraction'
        WHEN regexp_matches(s, '(?i)^\W*(in reply|(the )?authors?\W{0,2}s? (reply|response)|reply( to)?\b *[:.]|reply to\b|response to\b|re ?:|comments?( on)?\b *[:.]|comment(ary)? on\b|editorial comment)|[-:.;(–—] *((the )?authors?\W{0,2}s? )?(reply|response|comment|in reply)\W*$') THEN 'comment'
    END;
CREATE OR REPLACE TEMP MACRO without_notice(s) AS
    regexp_replace(
        regexp_replace(s, '(?i)^\W*(published |notice of |author |publisher |editorial |the |authors?\W{0,2}s? )*(erratum|errata|corrigend(um|a)|addendum|correction|berichtigung|korrektur|fe de err(?:atas?|ores)|rectifi(?:catif|cation|cación|cacion)|expression of concern|retraction|in reply|reply|response|re|comments?|commentary)( note| notice)?( to| of| for| on)?\b *[-:.–—( "''“‘]*', ''),
        '(?i)[-:.;(–—] *((the )?authors?\W{0,2}s? )?(erratum|corrigend(um|a)|correction|reply|response|comment|in reply)\W*$|\((retraction of )?vol\.? ?\d+[^)]*\)\W*$', '');

-- Greek letters, as letters or by name, are what exports lose first: they are left out of the title's letters (and kept as marks).
CREATE OR REPLACE TEMP MACRO without_greek(s) AS
    CASE WHEN regexp_matches(s, 'alpha|beta|gamma|delta|epsilon|kappa|lambda|sigma|omega|[α-ω]')
         THEN regexp_replace(s, 'alpha|beta|gamma|delta|epsilon|kappa|lambda|sigma|omega|[α-ω]', '', 'g') ELSE s END;

CREATE OR REPLACE TEMP MACRO greek_name(g) AS
    CASE g WHEN 'α' THEN 'alpha' WHEN 'β' THEN 'beta' WHEN 'γ' THEN 'gamma' WHEN 'δ' THEN 'delta' WHEN 'ε' THEN 'epsilon' WHEN 'κ' THEN 'kappa' WHEN 'λ' THEN 'lambda'
           WHEN 'σ' THEN 'sigma' WHEN 'ς' THEN 'sigma' WHEN 'ω' THEN 'omega' ELSE g END;

-- Roman numerals from II on, and I after part, phase, type …, become digits, so that "phase II" equals "phase 2".
CREATE OR REPLACE TEMP MACRO roman(w) AS
    CASE w WHEN 'i' THEN '1' WHEN 'one' THEN '1' WHEN 'first' THEN '1' WHEN 'two' THEN '2' WHEN 'second' THEN '2' WHEN 'three' THEN '3' WHEN 'third' THEN '3' WHEN 'v' THEN '5'
           WHEN 'ii' THEN '2' WHEN 'iii' THEN '3' WHEN 'iv' THEN '4' WHEN 'vi' THEN '6' WHEN 'vii' THEN '7' WHEN 'viii' THEN '8'
           WHEN 'ix' THEN '9' WHEN 'xi' THEN '11' WHEN 'xii' THEN '12' WHEN 'xiii' THEN '13' ELSE w END;

-- Spreadsheets turn 4-5 into '04-may' and 8-14 into 'aug-14'; this turns them back. Lower case in, lower case out.
CREATE OR REPLACE TEMP MACRO month_number(m) AS list_position(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], m);
CREATE OR REPLACE TEMP MACRO undated(s) AS
    CASE WHEN s IS NULL OR length(s) NOT BETWEEN 5 AND 6 OR NOT regexp_matches(s, '^(\d\d?-[a-z]{3}|[a-z]{3}-\d\d)$') THEN s
         WHEN s < 'a' THEN coalesce(ltrim(split_part(s, '-', 1), '0') || '-' || month_number(split_part(s, '-', 2)), s)
         ELSE coalesce(month_number(split_part(s, '-', 1)) || '-' || ltrim(split_part(s, '-', 2), '0'), s) END;

-- '#NAME?', 'n/a', 'var.pagings' and the like say nothing.
CREATE OR REPLACE TEMP MACRO stated(s) AS
    CASE WHEN trim(s) = '' OR s LIKE '#%' OR lower(trim(s)) IN ('n/a', 'na', 'null', 'none', 'nan', '-', 'var.pagings', 'var.pagings.', 'no page given', 'pagination not available')
              OR lower(trim(s, ' ().')) = 'no pagination' THEN NULL
         ELSE trim(s) END;

-- The last page of '244-58' is 258.
CREATE OR REPLACE TEMP MACRO last_page(a, b) AS
    CASE WHEN length(b) < length(a) THEN try_cast(left(a, length(a) - length(b)) || b AS BIGINT) ELSE try_cast(b AS BIGINT) END;

-- A journal's name without its small words. The last word stays: 'proc natl acad sci u s a'.
CREATE OR REPLACE TEMP MACRO significant_words(names) AS
    array_to_string(list_append([w FOR w IN names[:-2] IF w NOT IN (
        'the', 'of', 'and', 'in', 'for', 'de', 'la', 'et', 'und', 'der', 'fur', 'on', 'di', 'del', 'des', 'le', 'an', 'a', 'y', 'd', 'l', 'series', 'ser', 'section', 'sect')], names[-1]), ' ');

-- What conferences are called differs by what tells one year's from another's: 'ICIS 2015 Proceedings', 'Proceedings of the 36th Annual International
-- Conference on …'. Without that, and without its acronym, it is the conference's name. Other journals ('Proceedings of the … Academy of …') keep theirs.
CREATE OR REPLACE TEMP MACRO without_occasion(names) AS
    CASE WHEN list_has_any(names, ['conference', 'conf', 'symposium', 'workshop', 'congress']) OR names[-1] IN ('proceedings', 'proc') AND len(names) <= 3
         THEN without_acronym([w FOR w IN names IF NOT (w IN ('proceedings', 'proc', 'annual') OR regexp_matches(w, '^(\d{2,4}|\d*(1st|2nd|3rd|\dth))$'))])
         ELSE names END;
CREATE OR REPLACE TEMP MACRO without_acronym(names) AS
    CASE WHEN len(names) > 3 THEN [w FOR w IN names IF w <> initials(significant_words([x FOR x IN names IF x <> w]))] ELSE names END;

-- What stands before the first bracket, colon, equals sign or slash.
CREATE OR REPLACE TEMP MACRO main_name(s) AS CASE WHEN regexp_matches(s, '[(:=/]') THEN regexp_replace(s, ' ?[(:=/].*$', '') ELSE s END;

-- 'journal of rheumatology. supplement', 'circulation: official journal of the …': the journal's own name.
CREATE OR REPLACE TEMP MACRO is_supplement_series(name) AS contains(name, 'suppl') AND regexp_matches(name, '\bsuppl(ement(um|a)?)?\b');
CREATE OR REPLACE TEMP MACRO own_name(name) AS
    CASE WHEN contains(name, 'suppl') OR contains(name, 'official')
         THEN regexp_replace(name, '[ .,:;-]+(the )?(suppl(ement(um|a)?)?\b.*|official (journal|organ|publication|bulletin)\b.*)$', '') ELSE name END;

-- 'j am coll cardiol' abbreviates 'journal american college cardiology': as many words, and each begins its word of the other. 'circulation' is the
-- start of 'circulation research', and 'j periodontol' a part of 'journal clinical periodontology', its namesake: its words begin words of the other, in order.
CREATE OR REPLACE TEMP MACRO initials(s) AS regexp_replace(s, '(\w)\w* ?', '\1', 'g');
CREATE OR REPLACE TEMP MACRO abbreviates(a, b) AS b LIKE replace(a, ' ', '% ') || '%' AND length(replace(a, ' ', '')) - length(a) = length(replace(b, ' ', '')) - length(b);
CREATE OR REPLACE TEMP MACRO abbreviates_start(a, b) AS
    array_to_string(string_split(b, ' ')[:length(a) - length(replace(a, ' ', '')) + 1], ' ') LIKE replace(a, ' ', '% ') || '%';
CREATE OR REPLACE TEMP MACRO abbreviates_part(a, b) AS ' ' || b LIKE '% ' || replace(a, ' ', '% ') || '%';

-- 'nice' stands for 'national institute health care excellence': the first letters of a name's longer words.
CREATE OR REPLACE TEMP MACRO is_acronym(short, long) AS
    len(short) = 1 AND len(long) >= 3 AND short[1] = array_to_string([left(w, 1) FOR w IN long IF w NOT IN ('of', 'for', 'on', 'in', 'to')], '');

-- Without spaces and common marks.
CREATE OR REPLACE TEMP MACRO bare(s) AS
    replace(replace(replace(replace(replace(replace(replace(replace(s, ' ', ''), '.', ''), ',', ''), ':', ''), ';', ''), '-', ''), '(', ''), ')', '');

-- Whether letters take two bytes and more (no Latin script), or three (Han, Kana, Hangul, Thai …, whose words no spaces set apart).
CREATE OR REPLACE TEMP MACRO not_latin(s) AS strlen(s) > 1.5 * length(s);
CREATE OR REPLACE TEMP MACRO unspaced(s) AS strlen(s) > 2.2 * length(s);

-- The distinct longer words of an abstract's first 600 characters.
CREATE OR REPLACE TEMP MACRO abstract_words(s) AS
    list_distinct([w FOR w IN string_split(regexp_replace(lower(left(s, 600)), '[^a-z0-9]+', ' ', 'g'), ' ') IF length(w) > 3]);

-- The words that only the first of two texts has.
CREATE OR REPLACE TEMP MACRO own_words(a, b) AS
    array_to_string([w FOR w IN string_split(a, ' ') IF NOT list_contains(string_split(b, ' '), w)], '');

-- Words that make another report of the same title: 'with' and 'without', 'hypothermia' and 'hyperthermia', 'I' and 'II', 'March' and 'April'.
CREATE OR REPLACE TEMP MACRO turning_word(words) AS
    regexp_extract(words, '^(without|with|hypo|hyper|pre|post|intra|inter|extra|increas|decreas|male|female|men|women|[ivx]+$|first|second|third|fourth|fifth'
        || '|january|february|march|april|june|july|august|september|october|november|december)');
CREATE OR REPLACE TEMP MACRO opposed(a, b) AS turning_word(a) <> turning_word(b) AND turning_word(a) <> '' AND turning_word(b) <> '';

-- What tells the parts of a series apart: 'part ii', 'study 3', or a last word that is a number or one letter.
CREATE OR REPLACE TEMP MACRO series(words) AS
    roman(coalesce(nullif(regexp_extract(words, '\b(?:part|teil|partie|parte|deel|vol|volume|chapter|section|study|experiment|phase|report|paper|session|day|lesson|module|case|number) ([ivx]+|\d+|[a-h]|one|two|three|four|five|first|second|third)\b', 1), ''),
                   regexp_extract(words, ' ([ivx]+|\d{1,2}|[b-h])$', 1)));

-- What the levels of two records are worth. `levels` holds one number a field, in the order of weights.csv, as `enum_code` gives it:
-- the sum of their weights, and the meanings of those that spoke for one report (1) or against it (-1).
CREATE OR REPLACE TEMP MACRO weight_of(levels) AS
    list_sum(list_transform(levels, lambda level, field: getvariable('dedupe_weights')[field][level + 1]));
CREATE OR REPLACE TEMP MACRO meanings_of(levels, way) AS
    array_to_string(list_transform(levels, lambda level, field:
        CASE WHEN sign(getvariable('dedupe_weights')[field][level + 1]) = way THEN getvariable('dedupe_meanings')[field][level + 1] END), ', ');

-- A set of words as 126 bits, one for each word that is in it: what two sets share is counted by comparing two numbers.
CREATE OR REPLACE TEMP MACRO bits_of(list) AS coalesce(list_bit_or([1::HUGEINT << (hash(w) % 126)::HUGEINT FOR w IN list]), 0);

-- The words of a title that tell it from others: not the small ones, nor those by which every other title names its design.
CREATE OR REPLACE TEMP MACRO significant_title_words(words) AS
    [w FOR w IN string_split(words, ' ') IF w NOT IN (
        'a', 'an', 'the', 'of', 'in', 'on', 'and', 'or', 'for', 'to', 'with', 'by', 'from', 'at', 'as', 'among', 'after', 'during', 'between',
        'study', 'trial', 'review', 'analysis', 'systematic', 'meta', 'randomized', 'randomised', 'controlled', 'clinical', 'cohort', 'effects', 'effect',
        'patients')];

-- The number that a trial has in a register: ClinicalTrials.gov and the primary registers of WHO's network, whose prefixes are fixed.
CREATE OR REPLACE TEMP MACRO register_number(s) AS
    nullif(replace(regexp_extract(s, '\b(nct\d{8}|isrctn\d{6,8}|actrn\d{14}p?|drks\d{8}|chictr[a-z-]*-?\d{8,10}|ctri/\d{4}/\d+/\d+|eudract[^ ]*|euctr\d{4}-\d{6}-\d{2}|ctis\d{4}-\d{6}-\d{2}'
        || '|umin\d{9}|jrcts?\d{9,10}|jprn-[a-z0-9-]+|kct\d{7}|irct\d+n?\d*|pactr\d{15}|rbr-[a-z0-9]{5,8}|slctr/\d{4}/\d+|tctr\d{11}|lbctr\d{10}|itmctr\d{10}|rpcec\d{8}|per-\d{3}-\d{2}|ntr\d{3,4}|nl-?omon\d+|nl\d{4})\b'), '-', ''), '');

-- Whether a title says that it is a summary of a longer document: both stand in one issue, by the same people.
CREATE OR REPLACE TEMP MACRO is_summary(words) AS regexp_matches(words, '\b(executive|plain language|lay) summary\b');
