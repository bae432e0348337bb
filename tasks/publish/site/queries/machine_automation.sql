-- Records that were removed by an automation tool before anybody screened them.
SELECT box, n AS records
FROM prisma_flow
WHERE starts_with(box, 'removed_automation')
ORDER BY box;
