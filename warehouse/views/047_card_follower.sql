-- Reports that are decided on with another report of their card, which is the one to look at: the first that has reached the stage.
CREATE OR REPLACE VIEW main.card_follower AS
SELECT c.report_id, s.stage
FROM core.screening_card AS c
JOIN core.screening_status AS s USING (report_id)
WHERE s.stage <> 'retrieval'
QUALIFY row_number() OVER (PARTITION BY c.card_id, s.stage ORDER BY c.position) > 1;
