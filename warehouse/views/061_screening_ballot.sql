-- The verdict of each reviewer that counts: the last one on the report, whichever of its records it was given on, since a
-- reviewer's own two verdicts are no conflict but a changed mind. Of two events of the ledger the later one is later; two
-- verdicts of files that bear the same date are both here, and where they differ the reviewer is to be asked (`unclear`).
-- Where the last word is `clear`, the reviewer has no ballot.
-- Consensus is reached on a record of its report: when two reports that were settled apart become one, and differ, that is a
-- conflict, until a later consensus is noted in the ledger, which is about the report as it is by then.
CREATE OR REPLACE VIEW main.screening_ballot AS
WITH counted AS (
    SELECT
        report_id, stage, consensus, reviewer, record_id, verdict, reason, decided_at, seq,
        CASE WHEN consensus THEN record_id ELSE reviewer END AS voter
    FROM main.screening_decision
    WHERE uncounted IS NULL
    QUALIFY NOT consensus OR decided_at >= coalesce(max(decided_at) FILTER (consensus AND seq IS NOT NULL) OVER (PARTITION BY report_id, stage), decided_at)
),
last_one AS (
    SELECT *
    FROM counted
    QUALIFY rank() OVER (PARTITION BY report_id, stage, consensus, voter ORDER BY decided_at DESC, seq DESC NULLS LAST) = 1
)
SELECT DISTINCT
    report_id, stage, reviewer, consensus, record_id, verdict, reason, decided_at,
    min(verdict) OVER same <> max(verdict) OVER same AS unclear
FROM last_one
WHERE verdict <> 'clear'
WINDOW same AS (PARTITION BY report_id, stage, consensus, voter);
