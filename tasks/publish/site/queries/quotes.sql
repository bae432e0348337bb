-- The coded segments of included reports, by code: what counts of them. Long ones are cut: a quote is no excerpt.
SELECT q.coding_id, q.code_id, q.code,
    CASE WHEN length(q.quote) > 600 THEN left(q.quote, 599) || '…' ELSE q.quote END AS quote,
     q.study_id, q.study, q.page, g.words_of
FROM quote AS q
LEFT JOIN (SELECT DISTINCT ON (coding_id) coding_id, words_of FROM coding_segment) AS g USING (coding_id)
WHERE q.included
ORDER BY q.code, q.study, q.document, q.start_char NULLS LAST, q.coding_id;
