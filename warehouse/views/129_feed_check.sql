-- Each look into a place that feeds sources (mailbox, folder, Zotero library): a row for each of its sources.
CREATE OR REPLACE VIEW main.feed_check AS
SELECT check_id, source, feed, place, checked_at, taken, complete, reason
FROM core.feed_check;
