-- The counts that an update ends with, one row.
SELECT
    (SELECT count(*) FROM record) AS records,
    (SELECT count(DISTINCT report_id) FROM record) AS reports,
    (SELECT count(DISTINCT quarantine_id) FROM quarantine) AS quarantined,
    (SELECT count(*) FROM report_path WHERE place = 'awaiting_screening') AS to_screen,
    (SELECT count(*) FROM report_path WHERE place IN ('awaiting_full_text', 'awaiting_retrieval')) AS to_assess,
    (SELECT count(*) FROM screening_status WHERE status = 'conflict') AS conflicts,
    (SELECT n FROM prisma_flow WHERE box = 'total_reports') AS included,
    (SELECT n FROM prisma_flow WHERE box = 'total_studies') AS studies,
    (SELECT count(*) FROM duplicate_pair WHERE outcome = 'review') AS pairs
