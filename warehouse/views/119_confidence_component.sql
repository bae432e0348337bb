-- The concerns behind each assessment of confidence, component by component, with their explanations.
CREATE OR REPLACE VIEW main.confidence_component AS
SELECT finding_id, assessor, consensus, component, concern, explanation
FROM core.confidence_component;
