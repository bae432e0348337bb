-- Ids that records bore when their files counted for another source, and the record that each means today.
CREATE OR REPLACE VIEW main.record_alias AS
SELECT alias, record_id
FROM core.record_alias
ANTI JOIN core.record AS r ON r.record_id = alias;
