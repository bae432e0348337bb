-- Codings whose stored quote is not what stands at their positions in the text. There must be none: positions are
-- translated once, at import, and a difference means that a text or a position was changed since.
SELECT
    c.coding_id, coalesce(d.name, '(document missing)'), c.quote,
    coalesce(substring(d.text, c.start_char + 1, c.end_char - c.start_char), '') AS found
FROM core.coding AS c
LEFT JOIN core.document AS d USING (arrival_id, document_id)
WHERE
    c.start_char IS NOT NULL
    AND substring(d.text, c.start_char + 1, c.end_char - c.start_char) IS DISTINCT FROM c.quote
ORDER BY ALL;
