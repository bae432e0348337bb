-- What is new, where that is little beside what is known: taken out once, so that features.sql need not go through all records.
-- Reads: dedupe_input, dedupe_new
-- Gives: dedupe_few (the new records), dedupe_incoming (the new records)

CREATE OR REPLACE TEMP TABLE dedupe_few AS FROM dedupe_input WHERE id IN (SELECT id FROM dedupe_new);

CREATE OR REPLACE TEMP VIEW dedupe_incoming AS FROM dedupe_few;
