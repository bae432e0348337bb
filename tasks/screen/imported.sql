-- The decisions of every file that counts, as the files have them; one without a date gets the time at which its file was received.
SELECT
    i.arrival_id, NULL::BIGINT AS seq, i.row, i.key, i.stage, i.reviewer, i.verdict, i.reason,
    coalesce(i.decided_at, s.received_at) AS decided_at, i.consensus, false AS undone,
    i.title, i.year, i.doi, i.pmid
FROM core.imported_decision AS i
JOIN core.arrival AS s USING (arrival_id)
WHERE s.counts
ORDER BY i.arrival_id, i.row
