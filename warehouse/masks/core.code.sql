-- A code that stands in the file of a coder alone who is not done tells what she coded; one that somebody thought of on the page
-- before a text that others code too is shown where that text's codings are.
SELECT c.*
FROM core.code AS c
LEFT JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
ANTI JOIN core.waiting_code AS w ON w.code_id = i.delivered_as
ANTI JOIN core.unshared_code AS q ON q.code_id = i.known_as
