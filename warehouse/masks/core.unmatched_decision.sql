-- Nobody knows yet which report these are about, so nobody knows who may see the verdict.
SELECT * REPLACE ('hidden' AS verdict, NULL AS reason)
FROM core.unmatched_decision
