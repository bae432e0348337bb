-- Quotations of the included studies, and whose words they are.
SELECT
    'Quotations: ' || count(*) || ' of ' || count(DISTINCT study_id) || ' studies, each with report, place and coder'
    || '; said to be participants'' words ' || count(*) FILTER (words_of = 'participants') || ', authors'' ' || count(*) FILTER (words_of = 'authors')
    || ', not said ' || count(*) FILTER (words_of IS NULL) || '.' AS says
FROM coding_segment
WHERE included
HAVING count(*) > 0
