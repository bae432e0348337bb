-- The cheapest set of sources that found every included report.
CREATE OR REPLACE VIEW main.cheapest_sources AS
SELECT sources, reports, all_reports, included, tried_all
FROM core.cheapest_sources;
