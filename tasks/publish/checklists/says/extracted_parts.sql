-- Which texts were taken as data, and how much of them was coded.
SELECT
    'Texts coded: ' || count(DISTINCT document_id) || ', of reports ' || count(DISTINCT report_id)
    || coalesce('; of their results sections ' || (100 * median(results_share))::INTEGER || '% is coded (median)', '')
    || coalesce('; of their whole text ' || (100 * median(share))::INTEGER || '% (median)', '') || '.' AS says
FROM coding_coverage
WHERE report_id IN (SELECT report_id FROM report_path WHERE place = 'included')
HAVING count(*) > 0
