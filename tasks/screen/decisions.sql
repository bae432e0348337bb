-- Decisions with the record that each is about; `matched` has one row a decision, in order.
BEGIN;

DELETE FROM core.decision;

INSERT INTO core.decision BY NAME
SELECT
    'd' || left(sha256(coalesce(arrival_id, '') || chr(10) || coalesce(seq, 0) || chr(10) || coalesce(row, 0) || chr(10)
        || key || chr(10) || stage || chr(10) || reviewer || chr(10) || verdict || chr(10) || consensus), 20) AS decision_id,
    arrival_id, seq, row, key, record_id, how AS matched_by, stage, reviewer, verdict, reason, decided_at, consensus, undone
FROM matched
WHERE match = 'matched'
-- The same row of a file can hold one reviewer's verdict once only; a file that repeats itself says it once.
QUALIFY row_number() OVER (PARTITION BY decision_id ORDER BY decided_at) = 1;

DELETE FROM core.unmatched_decision;

INSERT INTO core.unmatched_decision BY NAME
SELECT
    arrival_id, seq, row, key, stage, reviewer, verdict, reason,
    CASE match
        WHEN 'ambiguous' THEN 'it can mean ' || len(candidates) || ' reports: ' || array_to_string(candidates[:3], ', ')
        ELSE 'no report is known by that name'
    END AS why
FROM matched
WHERE match <> 'matched';

COMMIT;
