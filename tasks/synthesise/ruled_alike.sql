-- What one coder coded under one code at one place counts once, where it is one code, document or coder only since somebody
-- ruled it to be: the codings of what was kept stay.
INSERT INTO core.left_out_coding
WITH made AS (
    SELECT
        g.coding_id, g.document_id, g.code_id, g.coder, g.start_char, g.end_char, g.page, g.quote,
        concat_ws('|', d.delivered_as, k.delivered_as, w.delivered_as) AS delivered_as,
        d.delivered_as = g.document_id AND k.delivered_as = g.code_id AND w.delivered_as = g.coder AS kept
    FROM main.coding AS g
    JOIN core.element_identity AS i ON i.arrival_id = g.arrival_id AND i.element = 'coding' AND i.known_as = g.coding_id
    JOIN core.coding AS c ON c.arrival_id = i.arrival_id AND c.coding_id = i.id
    JOIN core.element_identity AS d ON d.arrival_id = c.arrival_id AND d.element = 'document' AND d.id = c.document_id
    JOIN core.element_identity AS k ON k.arrival_id = c.arrival_id AND k.element = 'code' AND k.id = c.code_id
    JOIN core.element_identity AS w ON w.arrival_id = c.arrival_id AND w.element = 'coder' AND w.id = c.coder
    ANTI JOIN core.left_out_coding AS x ON x.coding_id = g.coding_id
    WHERE EXISTS (FROM core.element_ruling WHERE counts AND verdict = 'same')
)
SELECT coding_id, 'coded alike'
FROM made
WINDOW at_place AS (PARTITION BY document_id, code_id, coder, start_char, end_char, page, quote)
QUALIFY
    min(delivered_as) OVER at_place <> max(delivered_as) OVER at_place
    AND row_number() OVER (
        PARTITION BY document_id, code_id, coder, start_char, end_char, page, quote ORDER BY kept DESC, coding_id
    ) > 1;
