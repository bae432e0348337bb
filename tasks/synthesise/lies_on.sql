-- Codings, and the codes of a list ($1) that say something of them: such a code lies on all of their segment, or is on the same words
-- where there are no positions; by the same coder.
WITH saying AS (
    SELECT document_id, coder, code_id, start_char, end_char, page, quote
    FROM main.coding
    WHERE list_contains($1, code_id)
)
SELECT DISTINCT g.coding_id, s.code_id
FROM main.coding_final AS g
JOIN saying AS s
    ON s.document_id = g.document_id AND s.coder = g.coder
    AND CASE
        WHEN g.start_char IS NULL THEN s.start_char IS NULL AND s.quote = g.quote AND s.page IS NOT DISTINCT FROM g.page
        ELSE s.start_char <= g.start_char AND s.end_char >= g.end_char
    END
ORDER BY ALL
