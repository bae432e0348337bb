-- Every report has one place in the flow and stands at the first stage; what is kept of places is of today's reports.
SELECT 'report ' || coalesce(r.report_id, p.report_id) || ' has ' || coalesce(p.places, 0) || ' places in the flow and stands '
    || coalesce(p.statuses, 0) || ' times at title-abstract' AS violation
FROM (SELECT DISTINCT report_id FROM core.report_record) AS r
FULL JOIN (
    SELECT report_id, count(*) FILTER (what = 'place') AS places, count(*) FILTER (what = 'status') AS statuses
    FROM (
        SELECT report_id, 'place' AS what FROM core.report_path
        UNION ALL
        SELECT report_id, 'status' FROM core.screening_status WHERE stage = 'title-abstract'
    )
    GROUP BY report_id
) AS p ON p.report_id = r.report_id
WHERE r.report_id IS NULL OR p.places IS DISTINCT FROM 1 OR p.statuses IS DISTINCT FROM 1
UNION ALL
SELECT 'record ' || coalesce(r.record_id, p.record_id) || ' is counted ' || coalesce(p.n, 0) || ' times in the flow, and stands for its report ' || coalesce(p.leads, 0) || ' times'
FROM core.record AS r
FULL JOIN (SELECT record_id, count(*) AS n, count(*) FILTER (leads) AS leads FROM core.prisma_record GROUP BY record_id) AS p
    ON p.record_id = r.record_id
WHERE r.record_id IS NULL OR p.n IS NULL OR p.leads > 1
