-- What must hold between the boxes: `left_side` equals `right_side`, or the run fails and publishes nothing.
-- Where a box is compared with what lies behind it, the right side is counted from other rows than the box: identified
-- from deliveries and quarantine, places in the flow from screening_status, columns from the methods of the searches.
CREATE OR REPLACE VIEW main.prisma_identity AS
WITH n AS (
    SELECT map(list(box), list(n)) AS of
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
searched AS (
    SELECT DISTINCT m.report_id
    FROM core.found_record AS d
    JOIN core.search AS q USING (search_id)
    JOIN core.source AS s ON s.source = q.source AND s.method IN ('database', 'register')
    JOIN core.report_record AS m USING (record_id)
),
standing AS (
    SELECT
        CASE WHEN f.report_id IS NULL THEN '_other' ELSE '' END AS suffix,
        count(*) FILTER (stage = 'title-abstract') AS reports,
        count(*) FILTER (stage = 'title-abstract' AND status = 'excluded') AS excluded,
        count(*) FILTER (stage = 'title-abstract' AND status = 'included') AS sought,
        count(*) FILTER (stage = 'retrieval' AND status = 'not_retrieved') AS not_retrieved,
        count(*) FILTER (stage = 'full-text' AND status = 'excluded') AS excluded_full_text,
        count(*) FILTER (stage = 'full-text' AND status = 'included') AS included
    FROM main.screening_status AS t
    LEFT JOIN searched AS f USING (report_id)
    GROUP BY ALL
),
stood AS (
    SELECT
        suffix, coalesce(reports, 0) AS reports, coalesce(excluded, 0) AS excluded, coalesce(sought, 0) AS sought,
        coalesce(not_retrieved, 0) AS not_retrieved, coalesce(excluded_full_text, 0) AS excluded_full_text,
        coalesce(included, 0) AS included
    FROM arm
    LEFT JOIN standing USING (suffix)
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
        unnest([of['identified_databases'], of['identified_registers'], of['identified_other']]) AS left_side,
        unnest([by_databases, by_registers, otherwise]) AS right_side
    FROM n, identified
    UNION ALL
    SELECT
        'identified' || suffix || ' = removed + awaiting screening + screened',
        CASE suffix WHEN '' THEN by_databases + by_registers ELSE otherwise END,
        of['removed_duplicates' || suffix] + of['removed_automation' || suffix] + of['removed_other' || suffix]
        + of['awaiting_screening' || suffix] + of['screened' || suffix]
    FROM n, arm, identified
    UNION ALL
    SELECT
        'awaiting screening' || suffix || ' + screened = reports',
        of['awaiting_screening' || suffix] + of['screened' || suffix],
        reports
    FROM n, stood
    UNION ALL
    SELECT
        'screened' || suffix || ' = excluded + sought',
        of['screened' || suffix],
        of['excluded_screening' || suffix] + of['sought' || suffix]
    FROM n, arm
    UNION ALL
    SELECT 'excluded' || suffix || ' = reports excluded on title and abstract', of['excluded_screening' || suffix], excluded
    FROM n, stood
    UNION ALL
    SELECT 'sought' || suffix || ' = reports included on title and abstract', of['sought' || suffix], sought
    FROM n, stood
    UNION ALL
    SELECT
        'sought' || suffix || ' = not retrieved + awaiting + assessed',
        of['sought' || suffix],
        of['not_retrieved' || suffix] + of['awaiting_retrieval' || suffix] + of['awaiting_full_text' || suffix] + of['assessed' || suffix]
    FROM n, arm
    UNION ALL
    SELECT 'not retrieved' || suffix || ' = reports that could not be had', of['not_retrieved' || suffix], not_retrieved
    FROM n, stood
    UNION ALL
    SELECT 'assessed' || suffix || ' = excluded at full text + included', of['assessed' || suffix], excluded_full_text + included
    FROM n, stood
    UNION ALL
    SELECT 'excluded at full text' || suffix || ' = reports that were', of['excluded_full_text' || suffix], excluded_full_text
    FROM n, stood
    UNION ALL
    SELECT 'reports in total = included at full text', of['total_reports'], reports
    FROM n, included
    UNION ALL
    SELECT 'reports: previous - withdrawn + new = included at full text', of['previous_reports'] - of['withdrawn_reports'] + of['included_reports'], reports
    FROM n, included
    UNION ALL
    SELECT 'studies in total = those of the included reports', of['total_studies'], studies
    FROM n, included
    UNION ALL
    SELECT 'studies: previous - withdrawn + new = those of the included reports', of['previous_studies'] - of['withdrawn_studies'] + of['included_studies'], studies
    FROM n, included
)
SELECT identity, left_side, right_side, left_side = right_side AS holds
FROM identity;
