-- Amendments of the protocol: what of question and methods was changed, when, and the first version that was published by it.
CREATE OR REPLACE VIEW main.protocol_change AS
SELECT c.seq, c.changed_at, min(r.version) AS version, c.key, c.before, c.after
FROM core.protocol_change AS c
LEFT JOIN core.release AS r ON r.upto >= c.seq
GROUP BY c.seq, c.changed_at, c.key, c.before, c.after;
