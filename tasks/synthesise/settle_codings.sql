-- The codings of documents that several people coded, each document's together; in_text: whether their positions are of a
-- text that is there.
SELECT g.document_id, g.coding_id, g.code_id, g.coder, c.in_text AND g.start_char IS NOT NULL AS in_text, g.start_char, g.end_char, g.page, g.quote
FROM main.coding AS g
JOIN (
    SELECT document_id, bool_or(text_characters IS NOT NULL) AS in_text
    FROM core.coding_coverage
    GROUP BY document_id
    HAVING count(*) > 1
) AS c USING (document_id)
ORDER BY g.document_id, g.start_char NULLS LAST, g.coding_id
