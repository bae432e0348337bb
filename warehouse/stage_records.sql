-- What one search delivers, before it is merged: one row a record of a file. `source` is the protocol's.
CREATE OR REPLACE TEMP TABLE stage_record AS
SELECT
    NULL::BIGINT AS arrival_id, NULL::BIGINT AS position, NULL::BIGINT AS line,
    r.* EXCLUDE (search_id, first_executed_at, last_executed_at),
    NULL::STRUCT(tag VARCHAR, value VARCHAR)[] AS raw
FROM core.record AS r
LIMIT 0;

CREATE OR REPLACE TEMP TABLE stage_quarantine AS
SELECT arrival_id, source, position, line, reason, raw
FROM core.quarantine
LIMIT 0;
