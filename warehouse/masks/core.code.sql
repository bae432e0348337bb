-- A code that stands in the file of a coder alone who is not done tells what she coded.
SELECT c.*
FROM core.code AS c
LEFT JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
ANTI JOIN core.waiting_code AS w ON w.code_id = i.delivered_as
