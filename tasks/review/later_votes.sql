-- Fills an empty warehouse with the reports that later decisions are about, from the private copy (attached as `copy`).
-- Reads: later_decision and later_remark (what stands of the later decisions and comments); the variables undone (places in the
-- log that were taken back), and fresh and fresh_undone: the report ids and places that are asked about; or anew: every report is.

-- A report's name is that of one of its records; an alias leads to the record too.
CREATE TEMP TABLE judged_report AS
SELECT DISTINCT m.report_id
FROM copy.core.report_record AS m
WHERE getvariable('anew')
    OR list_contains(getvariable('fresh')::VARCHAR[], 'rep_' || substr(m.record_id, 2))
    OR m.record_id IN (
        SELECT record_id FROM copy.core.decision WHERE list_contains(getvariable('fresh_undone')::BIGINT[], seq)
        UNION ALL
        SELECT record_id FROM copy.core.report_comment WHERE list_contains(getvariable('fresh_undone')::BIGINT[], seq)
    );

-- With what is screened as one with them.
INSERT INTO judged_report
SELECT m.mate_id
FROM copy.main.card_mate AS m
SEMI JOIN judged_report USING (report_id)
WHERE m.mate_id NOT IN (FROM judged_report);

INSERT INTO core.screening_card
SELECT c.*
FROM copy.core.screening_card AS c
SEMI JOIN judged_report USING (report_id);

INSERT INTO core.report_record
SELECT m.*
FROM copy.core.report_record AS m
SEMI JOIN judged_report USING (report_id);

INSERT INTO core.record
SELECT r.*
FROM copy.core.record AS r
SEMI JOIN core.report_record AS m USING (record_id);

INSERT INTO core.decision
SELECT d.*
FROM copy.core.decision AS d
SEMI JOIN core.report_record AS m USING (record_id)
WHERE d.seq IS NULL OR NOT list_contains(getvariable('undone')::BIGINT[], d.seq);

INSERT INTO core.record_alias
SELECT a.*
FROM copy.core.record_alias AS a
SEMI JOIN core.report_record AS m USING (record_id);

INSERT INTO core.decision BY NAME
SELECT
    'd' || l.seq AS decision_id, l.seq, l.key, m.record_id, 'report id' AS matched_by, l.stage, l.reviewer, l.written, l.verdict,
    l.reason, l.note, l.decided_at, l.consensus, l.undone, l.uncounted
FROM later_decision AS l
JOIN core.report_record AS m ON 'rep_' || substr(m.record_id, 2) = l.key;

INSERT INTO core.report_comment
SELECT c.*
FROM copy.core.report_comment AS c
SEMI JOIN core.report_record AS m USING (record_id)
WHERE NOT list_contains(getvariable('undone')::BIGINT[], c.seq);

INSERT INTO core.report_comment BY NAME
SELECT l.seq, m.record_id, l.stage, l.reviewer, l.comment, l.commented_at
FROM later_remark AS l
JOIN core.report_record AS m ON 'rep_' || substr(m.record_id, 2) = l.key;
