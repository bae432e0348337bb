-- One person's own decisions that count (the variable voter), as they are now, newest first; never anybody else's. Reads besides the private copy:
-- later_status and later_ballot; the variables looked_for (words in title, authors, abstract, note; or null), stage, verdict.
WITH copied AS (
{ballots}
),
ballot AS (
    SELECT * FROM copied ANTI JOIN later_status USING (report_id)
    UNION ALL BY NAME
    FROM later_ballot WHERE reviewer = getvariable('voter')
)
SELECT b.stage, b.report_id, b.verdict, b.reason, b.note, b.decided_at, b.consensus, r.title, r.authors, r.year
FROM ballot AS b
JOIN main.report AS r USING (report_id)
ANTI JOIN main.card_follower AS f ON f.report_id = b.report_id AND f.stage = b.stage
WHERE (getvariable('stage') IS NULL OR b.stage = getvariable('stage'))
    AND (getvariable('verdict') IS NULL OR b.verdict = getvariable('verdict'))
    AND (getvariable('about') IS NULL OR b.report_id = getvariable('about'))
    AND (
        getvariable('looked_for') IS NULL
        OR contains(
            lower(concat_ws(' ', r.title, array_to_string(r.authors, ' '), r.abstract, b.note, r.report_id)), lower(getvariable('looked_for'))
        )
    )
ORDER BY b.decided_at DESC, b.report_id, b.stage
