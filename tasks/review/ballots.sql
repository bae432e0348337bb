-- The verdicts that count, each with the note of the decision that gave it.
SELECT
    b.report_id, b.stage, b.reviewer, b.consensus, b.record_id, b.verdict, b.reason, max(d.note) AS note, b.decided_at
FROM main.screening_ballot AS b
JOIN main.screening_decision AS d
    ON d.record_id = b.record_id AND d.stage = b.stage AND d.reviewer = b.reviewer AND d.consensus = b.consensus
    AND d.verdict = b.verdict AND d.decided_at = b.decided_at
WHERE getvariable('voter') IS NULL OR b.reviewer = getvariable('voter')
GROUP BY ALL
ORDER BY ALL
