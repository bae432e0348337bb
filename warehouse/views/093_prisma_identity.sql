-- What must hold between the boxes: `left_side` equals `right_side`, or the run fails and publishes nothing.
-- Where a box is compared with what lies behind it, the right side is counted from other rows than the box: identified
-- from deliveries and quarantine, places in the flow from screening_status, columns from the methods of the searches.
CREATE OR REPLACE VIEW main.prisma_identity AS
WITH box_total AS (
    SELECT map(list(box), list(n)) AS totals
    FROM main.prisma_flow
),
arm AS (
    SELECT suffix FROM (VALUES (''), ('_other')) AS arm (suffix)
),
-- The n-th delivery of a record within a search, whichever search that is, is one record identified.
delivered AS (
    SELECT s.method, count(DISTINCT (d.record_id, d.nth)) AS records
    FROM (
        SELECT record_id, search_id, row_number() OVER (PARTITION BY search_id, record_id) AS nth
        FROM core.found_record
    ) AS d
    JOIN core.search AS q USING (search_id)
    JOIN core.source AS s ON s.source = q.source
    GROUP BY s.method
),
failed AS (
    SELECT coalesce(s.method, 'database') AS method, count(DISTINCT (f.source, f.raw, f.nth)) AS records
    FROM (SELECT source, raw, row_number() OVER (PARTITION BY search_id, source, raw) AS nth FROM core.quarantine) AS f
    LEFT JOIN core.source AS s USING (source)
    GROUP BY coalesce(s.method, 'database')
),
identified AS (
    SELECT
        coalesce(sum(records) FILTER (method = 'database'), 0)::BIGINT AS by_databases,
        coalesce(sum(records) FILTER (method = 'register'), 0)::BIGINT AS by_registers,
        coalesce(sum(records) FILTER (method NOT IN ('database', 'register')), 0)::BIGINT AS otherwise
    FROM (FROM delivered UNION ALL FROM failed)
),
-- Reports by column and by the last stage that says something of them.
searched_report AS (
    SELECT DISTINCT m.report_id
    FROM core.found_record AS d
    JOIN core.search AS q USING (search_id)
    JOIN core.source AS s ON s.source = q.source AND s.method IN ('database', 'register')
    JOIN core.report_record AS m USING (record_id)
),
status_count AS (
    SELECT
        CASE WHEN f.report_id IS NULL THEN '_other' ELSE '' END AS suffix,
        count(*) FILTER (stage = 'title-abstract') AS reports,
        count(*) FILTER (stage = 'title-abstract' AND status = 'excluded') AS excluded,
        count(*) FILTER (stage = 'title-abstract' AND status = 'ineligible') AS ineligible,
        count(*) FILTER (stage = 'title-abstract' AND status = 'included') AS sought,
        count(*) FILTER (stage = 'retrieval' AND status = 'not_retrieved') AS not_retrieved,
        count(*) FILTER (stage = 'full-text' AND status = 'excluded') AS excluded_full_text,
        count(*) FILTER (stage = 'full-text' AND status = 'included') AS included
    FROM main.screening_status AS t
    LEFT JOIN searched_report AS f USING (report_id)
    GROUP BY ALL
),
report_count AS (
    SELECT
        suffix, coalesce(reports, 0) AS reports, coalesce(excluded, 0) AS excluded,
        coalesce(ineligible, 0) AS ineligible, coalesce(sought, 0) AS sought,
        coalesce(not_retrieved, 0) AS not_retrieved, coalesce(excluded_full_text, 0) AS excluded_full_text,
        coalesce(included, 0) AS included
    FROM arm
    LEFT JOIN status_count USING (suffix)
),
included AS (
    SELECT count(*) AS reports, count(DISTINCT r.study_id) AS studies
    FROM main.screening_status AS t
    JOIN main.report AS r USING (report_id)
    WHERE t.stage = 'full-text' AND t.status = 'included'
),
identity AS (
    SELECT
        unnest([
            'identified by databases = their records delivered and in quarantine',
            'identified by registers = their records delivered and in quarantine',
            'identified otherwise = records delivered and in quarantine'
        ]) AS identity,
        unnest([totals['identified_databases'], totals['identified_registers'], totals['identified_other']]) AS left_side,
        unnest([by_databases, by_registers, otherwise]) AS right_side
    FROM box_total, identified
    UNION ALL
    SELECT
        'identified' || suffix || ' = removed + awaiting screening + screened',
        CASE suffix WHEN '' THEN by_databases + by_registers ELSE otherwise END,
        totals['removed_duplicates' || suffix] + totals['removed_automation' || suffix] + totals['removed_other' || suffix]
        + totals['awaiting_screening' || suffix] + totals['screened' || suffix]
    FROM box_total, arm, identified
    UNION ALL
    SELECT
        'ineligible by automation tools' || suffix || ' + awaiting screening + screened = reports',
        totals['removed_automation' || suffix] + totals['awaiting_screening' || suffix] + totals['screened' || suffix],
        reports
    FROM box_total, report_count
    UNION ALL
    SELECT
        'screened' || suffix || ' = excluded + sought',
        totals['screened' || suffix],
        totals['excluded_screening' || suffix] + totals['sought' || suffix]
    FROM box_total, arm
    UNION ALL
    SELECT
        'ineligible by automation tools' || suffix || ' = reports that only a tool excluded',
        totals['removed_automation' || suffix],
        ineligible
    FROM box_total, report_count
    UNION ALL
    SELECT 'excluded' || suffix || ' = reports excluded on title and abstract', totals['excluded_screening' || suffix], excluded
    FROM box_total, report_count
    UNION ALL
    SELECT 'sought' || suffix || ' = reports included on title and abstract', totals['sought' || suffix], sought
    FROM box_total, report_count
    UNION ALL
    SELECT
        'sought' || suffix || ' = not retrieved + awaiting + assessed',
        totals['sought' || suffix],
        totals['not_retrieved' || suffix] + totals['awaiting_retrieval' || suffix] + totals['awaiting_full_text' || suffix] + totals['assessed' || suffix]
    FROM box_total, arm
    UNION ALL
    SELECT 'not retrieved' || suffix || ' = reports that could not be had', totals['not_retrieved' || suffix], not_retrieved
    FROM box_total, report_count
    UNION ALL
    SELECT 'assessed' || suffix || ' = excluded at full text + included', totals['assessed' || suffix], excluded_full_text + included
    FROM box_total, report_count
    UNION ALL
    SELECT 'excluded at full text' || suffix || ' = reports that were', totals['excluded_full_text' || suffix], excluded_full_text
    FROM box_total, report_count
    UNION ALL
    SELECT 'reports in total = included at full text', totals['total_reports'], reports
    FROM box_total, included
    UNION ALL
    SELECT 'reports: previous - withdrawn + new = included at full text', totals['previous_reports'] - totals['withdrawn_reports'] + totals['included_reports'], reports
    FROM box_total, included
    UNION ALL
    SELECT 'studies in total = those of the included reports', totals['total_studies'], studies
    FROM box_total, included
    UNION ALL
    SELECT 'studies: previous - withdrawn + new = those of the included reports', totals['previous_studies'] - totals['withdrawn_studies'] + totals['included_studies'], studies
    FROM box_total, included
)
SELECT identity, left_side, right_side, left_side = right_side AS holds
FROM identity;
