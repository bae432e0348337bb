-- What was coded with what, and what the memos say of how.
SELECT
    'Codings ' || (SELECT count(*) FROM coding_final) || ' (of included reports ' || (SELECT count(*) FROM coding_final WHERE included) || ') of ' || (SELECT count(DISTINCT code_id) FROM coding_final) || ' codes, of '
    || (SELECT count(*) FROM code WHERE is_codable) || ' that can be given; where two coders differed and it is settled: '
    || (SELECT count(*) FROM coding_difference WHERE choice IS NOT NULL) || ', not yet: ' || (SELECT count(*) FROM coding_difference WHERE choice IS NULL) || '.' AS says
WHERE EXISTS (FROM coding_final)
UNION ALL
SELECT 'Memo on the project, ' || coalesce(name, 'untitled') || ': ' || text
FROM memo
WHERE target = 'project' AND trim(coalesce(text, '')) <> ''
