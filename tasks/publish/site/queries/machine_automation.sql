-- Records that were removed by an automation tool before anybody screened them.
SELECT CASE WHEN ends_with(box, 'other') THEN 'other methods' ELSE 'databases and registers' END AS found_by, n AS records
FROM prisma_flow
WHERE starts_with(box, 'removed_automation') AND n > 0
ORDER BY box;
