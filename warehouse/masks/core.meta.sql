-- No hash over what verdicts are part of.
SELECT *
FROM core.meta
WHERE key IN ('review_id', 'seq', 'log_seq', 'program', 'protocol')
