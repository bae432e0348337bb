-- Corrections that somebody should look at: a line each.
CREATE OR REPLACE VIEW main.correction_finding AS
SELECT
    seq,
    CASE state
        WHEN 'no record' THEN 'event ' || seq || ' corrects ' || field || ' of ' || record_id || ', which is in no delivery that counts'
        ELSE field || ' of ' || record_id || ' was corrected by ' || reviewer || ', and its source gives another one since: '
            || coalesce('''' || left(source_value, 60) || '''', 'none') || '; the correction holds (living-review correct ' || seq
            || ' --undo takes it back, a new correction confirms it)'
    END AS finding
FROM core.record_correction
WHERE state IN ('source changed', 'no record');
