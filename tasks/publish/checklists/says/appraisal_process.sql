-- By how many each included report was appraised, and how what differed was settled.
SELECT
    checklist || ': reports appraised ' || count(DISTINCT report_id) || ', of them by two or more people ' || count(DISTINCT report_id) FILTER (reviewers > 1)
    || '; answers on which they differ still ' || count(*) FILTER (agreement = 'reviewers differ') || ', settled by consensus ' || count(*) FILTER (agreement = 'consensus') || '.' AS says
FROM report_appraisal
WHERE report_id IN (SELECT report_id FROM report_path WHERE place = 'included')
GROUP BY checklist
ORDER BY checklist
