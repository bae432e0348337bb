-- The verdict of each reviewer that counts: the last one on the report, whichever of its records it was given on, since a
-- reviewer's own two verdicts are no conflict but a changed mind. Of two events of the ledger the later one is later; two
-- verdicts of files that bear the same date are both here, and where they differ the reviewer is to be asked (`unclear`).
-- Where the last word is `clear`, the reviewer has no ballot.
-- Consensus is reached on a record of its report: when two reports that were settled apart become one, and differ, that is a
-- conflict, until a later consensus is noted in the ledger, which is about the report as it is by then.
-- Reports that are screened as one (core.screening_card) share their ballots, but for retrieval, which is of documents.
CREATE OR REPLACE VIEW main.screening_ballot AS
WITH counted AS (
    SELECT
        coalesce(c.card_id, d.report_id) AS card_id, d.stage, d.consensus, d.reviewer, d.record_id, d.verdict, d.reason, d.decided_at, d.seq,
        CASE WHEN d.consensus THEN d.record_id ELSE d.reviewer END AS voter
    FROM main.screening_decision AS d
    LEFT JOIN core.screening_card AS c ON c.report_id = d.report_id AND d.stage <> 'retrieval'
    WHERE d.uncounted IS NULL
    QUALIFY
        NOT d.consensus
        OR d.decided_at >= coalesce(
            max(d.decided_at) FILTER (d.consensus AND d.seq IS NOT NULL) OVER (PARTITION BY coalesce(c.card_id, d.report_id), d.stage), d.decided_at
        )
),
last_one AS (
    SELECT *
    FROM counted
    QUALIFY rank() OVER (PARTITION BY card_id, stage, consensus, voter ORDER BY decided_at DESC, seq DESC NULLS LAST) = 1
)
SELECT DISTINCT
    coalesce(m.report_id, b.card_id) AS report_id, b.stage, b.reviewer, b.consensus, b.record_id, b.verdict, b.reason, b.decided_at,
    min(b.verdict) OVER same <> max(b.verdict) OVER same AS unclear
FROM last_one AS b
LEFT JOIN core.screening_card AS m ON m.card_id = b.card_id AND b.stage <> 'retrieval'
WHERE b.verdict <> 'clear'
WINDOW same AS (PARTITION BY b.card_id, b.stage, b.consensus, b.voter);
