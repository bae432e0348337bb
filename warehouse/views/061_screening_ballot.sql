-- The verdict of each reviewer that counts: the last one on each record that the reviewer judged. A reviewer who judged
-- two records that turned out to be one report has two ballots; if they differ, that is a conflict, never a guess.
-- Two different verdicts of the same moment both count, and conflict.
CREATE OR REPLACE VIEW main.screening_ballot AS
SELECT DISTINCT report_id, stage, reviewer, consensus, record_id, verdict, reason, decided_at
FROM main.screening_decision
QUALIFY decided_at = max(decided_at) OVER (PARTITION BY record_id, stage, consensus, CASE WHEN consensus THEN '' ELSE reviewer END);
