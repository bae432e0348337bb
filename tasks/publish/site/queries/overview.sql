-- The numbers of the first page.
SELECT
    (SELECT count(*) FROM study) AS studies,
    (SELECT count(*) FROM report_path WHERE place = 'included') AS reports,
    (SELECT coalesce(sum(n), 0)::BIGINT FROM prisma_flow WHERE starts_with(box, 'identified')) AS records,
    (SELECT count(*) FROM coding_final WHERE included) AS quotes,
    (SELECT count(*) FROM theme) AS themes,
    (SELECT count(*) FROM finding) AS findings,
    (SELECT count(*) FROM code) AS codes,
    (SELECT count(*) FROM core.checklist_item) AS checklist_items,
    (SELECT max(version) FROM release) AS version,
    (SELECT max(released_at) FROM release) AS released_at,
    (SELECT max(executed_at) FILTER (WHERE executed_at_known) FROM search) AS searched_at;
