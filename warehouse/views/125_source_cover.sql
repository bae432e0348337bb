-- Of the included reports, the share that each source found, and that it alone found.
CREATE OR REPLACE VIEW main.source_cover AS
SELECT source, included, found, share, share_low, share_high, alone, alone_share, alone_low, alone_high
FROM core.source_cover
ORDER BY alone DESC, found DESC, source;
