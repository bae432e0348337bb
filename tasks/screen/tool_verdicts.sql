-- What each tool said of each report that people have judged at that stage, and that waits for no further vote of theirs: so
-- nobody learns from a tool's figures how a colleague voted before voting. Of a tool that excludes alone, only reports that were
-- drawn to be screened whatever it says: among the others people saw what it let through, and its figures would flatter it.
-- `kept`: whether somebody's first vote was none to exclude. Gives one row a tool, report and stage. Reads: vote, the rows of
-- first_votes.sql.
SELECT
    t.tool, t.stage, v.version,
    bool_or(v.verdict <> 'exclude') AS kept,
    bool_and(t.verdict = 'exclude') AS excluded
FROM main.tool_verdict AS t
LEFT JOIN core.screening_card AS c ON c.report_id = t.report_id
JOIN vote AS v ON v.report_id = coalesce(c.card_id, t.report_id) AND v.stage = t.stage AND v.which = 'first'
JOIN core.screening_rule AS r ON r.stage = t.stage
JOIN core.reviewer AS p ON p.reviewer = t.tool
JOIN main.screening_draw AS d ON d.report_id = t.report_id AND d.stage = t.stage
WHERE NOT (p.excludes_alone AND t.stage = 'title-abstract') OR d.draw < greatest(p.checked, r.calibration)
GROUP BY t.tool, t.stage, t.report_id, v.version
