-- The comments on one report (the variable about) that a person (reader) may see: her own, and others' on which no vote waits.
-- Reads besides the private copy: later_status and later_comment.
SELECT seq, stage, reviewer, comment, commented_at
FROM (
    SELECT report_id, seq, stage, reviewer, comment, commented_at, waits
    FROM main.report_comment
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM (SELECT report_id, seq, stage, reviewer, comment, commented_at, waits FROM later_comment)
)
WHERE report_id = getvariable('about') AND (NOT waits OR reviewer = getvariable('reader'))
ORDER BY seq
