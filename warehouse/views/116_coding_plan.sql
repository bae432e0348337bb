-- Who codes which report, by the protocol and in fact.
CREATE OR REPLACE VIEW main.coding_plan AS
FROM core.coding_plan;
