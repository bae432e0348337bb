-- Nobody knows yet which report these are about, so nobody knows who may see the verdict, or who has voted.
SELECT * REPLACE ('hidden' AS reviewer, 'hidden' AS verdict, NULL AS reason)
FROM core.unmatched_decision
