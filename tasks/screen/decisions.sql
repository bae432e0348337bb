-- Decisions with the record that each is about; `matched` has one row a decision, `place` its place among them.
DELETE FROM core.decision;

-- An id is the decision's place in the ledger or its file, and never a function of the verdict: whoever is not to see a
-- verdict yet could try out which one gives the id.
INSERT INTO core.decision BY NAME
WITH placed AS (
    SELECT
        *,
        'd' || coalesce(
            seq::VARCHAR,
            arrival_id || '-' || row || '-' || row_number() OVER (PARTITION BY arrival_id, row ORDER BY stage, reviewer, consensus, place)
        ) AS decision_id
    FROM matched
)
SELECT
    decision_id, arrival_id, seq, row, named AS key, record_id, how AS matched_by, stage, reviewer, written, verdict, reason, note,
    decided_at, consensus, undone, uncounted
FROM placed
WHERE match = 'matched'
-- The same row of a file can hold one reviewer's verdict once only; a row that stands twice counts once.
QUALIFY row_number() OVER (PARTITION BY arrival_id, seq, row, named, stage, reviewer, verdict, consensus ORDER BY decided_at, place) = 1;

DELETE FROM core.unmatched_decision;

INSERT INTO core.unmatched_decision BY NAME
SELECT
    arrival_id, seq, row, named AS key, stage, reviewer, verdict, reason,
    CASE match
        WHEN 'alike' THEN 'it may be ' || array_to_string(candidates, ' or ') || ', which is not sure enough: give the report''s id'
        WHEN 'ambiguous' THEN 'it can mean ' || len(candidates) || ' reports: ' || array_to_string(candidates[:3], ', ')
        ELSE 'no report is known by that name'
    END AS why
FROM matched
WHERE match <> 'matched';
