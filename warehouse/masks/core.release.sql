-- The hashes are over all verdicts too: with one vote missing, a few tries would tell which it is.
SELECT * REPLACE ('hidden' AS content_hash, 'hidden' AS head)
FROM core.release
