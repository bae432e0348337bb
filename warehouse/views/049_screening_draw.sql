-- The number, as good as random, by which a report is drawn for a share: a hash of the protocol's seed and the report's id, so
-- that the draw is the same in every rebuild. A report that others were merged into is drawn if one of them was: what was
-- drawn stays drawn. So is one that is screened together with others (core.screening_card).
CREATE OR REPLACE VIEW main.screening_draw AS
SELECT coalesce(mate.report_id, name.report_id) AS report_id, rule.stage, min(('0x' || left(sha256(rule.seed || name.name), 8))::BIGINT / 4294967296.0) AS draw
FROM (
    SELECT DISTINCT report_id, report_id AS name FROM core.report_record
    UNION
    SELECT report_id, alias FROM main.report_alias
) AS name
LEFT JOIN main.card_mate AS mate ON mate.mate_id = name.report_id
CROSS JOIN core.screening_rule AS rule
GROUP BY ALL;
