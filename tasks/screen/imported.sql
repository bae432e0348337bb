-- The decisions of every file that counts, as the files say them, each with what is known of the report that it is about.
--
-- A decision without a date was made by the day on which its file first said it: a file that is exported again brings the old
-- verdicts again, and what came between (another file, a vote in our own page) is later than they are. Of a file that was
-- moved, the day on which it came under its first name.
WITH line AS (
    SELECT
        arrival_id,
        file_name,
        counts,
        least(received_at, coalesce(min(received_at) FILTER (state = 'moved') OVER (PARTITION BY sha256), received_at)) AS received_at,
        row_number() OVER (PARTITION BY file_name ORDER BY arrival_id) AS place
    FROM core.arrival
    WHERE kind = 'decisions' AND state IN ('counts', 'replaced', 'moved')
),

dateless AS (
    SELECT
        i.arrival_id, i.key, i.stage, i.reviewer, i.verdict, i.consensus, l.file_name, l.received_at,
        l.place - dense_rank() OVER (PARTITION BY l.file_name, i.key, i.stage, i.reviewer, i.verdict, i.consensus ORDER BY l.place) AS run
    FROM core.imported_decision AS i
    JOIN line AS l USING (arrival_id)
    WHERE i.decided_at IS NULL
),

first_said AS (
    SELECT DISTINCT
        arrival_id, key, stage, reviewer, verdict, consensus,
        min(received_at) OVER (PARTITION BY file_name, key, stage, reviewer, verdict, consensus, run) AS said_at
    FROM dateless
),

-- A log names reports by the tool's keys alone: another file of the tool, the newest, says which they are.
elsewhere AS (
    SELECT DISTINCT ON (r.key) r.*
    FROM core.imported_report AS r
    JOIN line AS l ON l.arrival_id = r.arrival_id AND l.counts
    ORDER BY r.key, r.arrival_id DESC, r.row
),

named AS (
    SELECT i.arrival_id, i.row, r.* EXCLUDE (arrival_id, row, key)
    FROM (SELECT DISTINCT arrival_id, row, key FROM core.imported_decision) AS i
    JOIN core.imported_report AS r ON r.arrival_id = i.arrival_id AND r.row = i.row
    UNION ALL
    SELECT i.arrival_id, i.row, e.* EXCLUDE (arrival_id, row, key)
    FROM (SELECT DISTINCT arrival_id, row, key FROM core.imported_decision) AS i
    JOIN elsewhere AS e ON e.key = i.key
    ANTI JOIN core.imported_report AS r ON r.arrival_id = i.arrival_id AND r.row = i.row
)

SELECT
    i.arrival_id, NULL::BIGINT AS seq, i.row, coalesce(n.meant, i.key) AS key, i.key AS named, i.stage, i.reviewer, i.verdict, i.reason, i.note,
    coalesce(i.decided_at, f.said_at, l.received_at) AS decided_at, i.consensus, false AS undone,
    coalesce(i.title, n.title) AS title, coalesce(i.year, n.year) AS year, coalesce(i.doi, n.doi) AS doi, coalesce(i.pmid, n.pmid) AS pmid,
    n.authors, n.journal, n.volume, n.issue, n.pages
FROM core.imported_decision AS i
JOIN line AS l ON l.arrival_id = i.arrival_id AND l.counts
LEFT JOIN named AS n ON n.arrival_id = i.arrival_id AND n.row = i.row
LEFT JOIN first_said AS f
    ON f.arrival_id = i.arrival_id
    AND f.key = i.key
    AND f.stage = i.stage
    AND f.reviewer = i.reviewer
    AND f.verdict = i.verdict
    AND f.consensus = i.consensus
ORDER BY i.arrival_id, i.row
