-- What of the included reports was coded with what, and what the memos say of how.
WITH counted AS (
    SELECT code_id FROM coding_final WHERE included
),
difference AS (
    SELECT choice FROM coding_difference WHERE report_id IN (SELECT report_id FROM report_path WHERE place = 'included')
)
SELECT
    'Codings of included reports ' || count(*) || ', of ' || count(DISTINCT code_id) || ' codes of '
    || (SELECT count(*) FROM code WHERE is_codable) || ' that can be given; where two coders differed and it is settled: '
    || (SELECT count(choice) FROM difference) || ', not yet: ' || (SELECT count(*) - count(choice) FROM difference) || '.' AS says
FROM counted
HAVING count(*) > 0
UNION ALL
SELECT 'Memo on the project, ' || coalesce(name, 'untitled') || ': ' || text
FROM memo
WHERE target = 'project' AND trim(coalesce(text, '')) <> ''
