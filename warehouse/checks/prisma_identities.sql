-- The numbers of the PRISMA flow diagram add up.
SELECT identity || ': ' || coalesce(left_side::VARCHAR, '?') || ' is not ' || coalesce(right_side::VARCHAR, '?') AS violation
FROM main.prisma_identity
WHERE holds IS NOT true
