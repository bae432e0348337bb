-- What is new, where that is much: read where it stands. In two halves: threads share out groups of 122,880 rows, and two halves of a smaller
-- set go to two.
-- Reads: dedupe_input, dedupe_new
-- Gives: dedupe_incoming (the new records)

CREATE OR REPLACE TEMP VIEW dedupe_incoming AS
FROM dedupe_input WHERE hash(id) % 2 = 0 AND id IN (SELECT id FROM dedupe_new)
UNION ALL
FROM dedupe_input WHERE hash(id) % 2 = 1 AND id IN (SELECT id FROM dedupe_new);
