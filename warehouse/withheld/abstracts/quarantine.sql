-- The record as it stands in the export, with its abstract in it.
SELECT * REPLACE ('withheld' AS raw) FROM main.quarantine
