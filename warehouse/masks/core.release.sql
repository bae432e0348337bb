-- The hash is over all verdicts too: with one vote missing, two tries would tell which it is.
SELECT * REPLACE ('hidden' AS content_hash)
FROM core.release
