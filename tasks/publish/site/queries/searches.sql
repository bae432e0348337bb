-- Each search as it was run, with its strategy.
SELECT source, platform, executed_at, executed_at_known, window_from, window_to, hits, loaded, new, quarantined, complete, reason, strategy
FROM search
ORDER BY source, executed_at, search_id;
