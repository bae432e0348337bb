-- Each set of sources that found reports together, with the share of the included reports that only they found.
CREATE OR REPLACE VIEW main.source_set_cover AS
SELECT sources, reports, included, within, share, share_low, share_high
FROM core.source_set_cover
ORDER BY within DESC, len(sources), sources;
