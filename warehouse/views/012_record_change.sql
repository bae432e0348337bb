-- What searches changed in records that were known: one row a field. `spoiled`: how a good value became worse.
CREATE OR REPLACE VIEW main.record_change AS
SELECT record_id, search_id, arrival_id, field, before, after, spoiled
FROM core.record_change;
