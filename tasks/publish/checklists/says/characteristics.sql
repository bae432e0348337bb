-- How complete the table of study characteristics is.
SELECT
    'Table 1: studies ' || count(DISTINCT study_id) || ', characteristics ' || count(DISTINCT field) || '; cells filled '
    || count(*) FILTER (status IS NOT NULL) || ' of ' || count(*) || '.' AS says
FROM table_1
HAVING count(*) FILTER (status IS NOT NULL) > 0
