-- Each report of a card with every report of that card, itself among them.
CREATE OR REPLACE VIEW main.card_mate AS
SELECT a.report_id, b.report_id AS mate_id, a.card_id
FROM core.screening_card AS a
JOIN core.screening_card AS b USING (card_id);
