-- What the files say, before it is matched: core.decision shows of it what may be seen.
SELECT * REPLACE ('hidden' AS verdict, NULL AS reason, NULL AS labels, NULL AS note)
FROM core.imported_decision
