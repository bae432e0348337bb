-- Study characteristics, one row a study, field and value: what study_characteristic settled, its several values apart, to join
-- where studies are counted by value. Where answers differ and there is no consensus, all stand.
CREATE OR REPLACE VIEW main.study_value AS
SELECT DISTINCT c.study_id, c.field, c.value
FROM main.characteristic AS c
JOIN main.study_characteristic AS s ON s.study_id = c.study_id AND s.field = c.field
WHERE
    c.value IS NOT NULL
    AND (s.agreement <> 'consensus' OR lower(c.extractor) = 'consensus')
    AND (c.status = 'reported' OR s.status <> 'reported');
