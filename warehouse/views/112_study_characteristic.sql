-- Study characteristics, one row a study and field. Several values of one answer are joined by '; '. Where answers of extractors
-- or of reports differ and no consensus was reached, all stand, joined by ' | ', and `agreement` says so. What one report
-- does not report another of the same study may: then that one's value counts.
CREATE OR REPLACE VIEW main.study_characteristic AS
WITH answer AS (
    SELECT
        study_id, field, report_id, extractor, lower(extractor) = 'consensus' AS consensus, bool_or(whole_study) AS whole_study,
        string_agg(DISTINCT value, '; ' ORDER BY value) AS value, bool_or(status = 'reported') AS reported, min(status) AS status,
        CASE count(DISTINCT value) WHEN 1 THEN min(number) END AS number,
        CASE count(DISTINCT value) WHEN 1 THEN min(qualifier) END AS qualifier
    FROM main.characteristic
    WHERE field <> 'study' OR field IN (SELECT field FROM core.protocol_field)
    GROUP BY ALL
),
settled AS (
    SELECT *
    FROM answer
    QUALIFY coalesce(consensus, false) OR NOT coalesce(bool_or(consensus) OVER (PARTITION BY study_id, field), false)
),
informative AS (
    SELECT *, count(DISTINCT value) OVER (PARTITION BY study_id, field, report_id) AS of_report
    FROM settled
    QUALIFY reported OR NOT bool_or(reported) OVER (PARTITION BY study_id, field, extractor)
),
study_field AS (
    SELECT
        study_id, field, list(DISTINCT value ORDER BY value) AS answers, min(status) AS status, min(number) AS number,
        min(qualifier) AS qualifier, count(DISTINCT report_id) AS reports, count(DISTINCT extractor) AS extractors,
        coalesce(bool_or(consensus), false) AS consensus,
        max(of_report) > 1 OR (bool_or(whole_study) AND count(DISTINCT coalesce(extractor, '')) > 1) AS within_report
    FROM informative
    GROUP BY study_id, field
)
SELECT
    study_id, field, array_to_string(answers, ' | ') AS value,
    CASE WHEN len(answers) = 1 THEN number END AS number,
    CASE WHEN len(answers) = 1 THEN qualifier END AS qualifier,
    CASE WHEN len(answers) = 1 THEN status ELSE 'differing' END AS status,
    CASE
        WHEN len(answers) > 1 AND within_report THEN 'extractors differ'
        WHEN len(answers) > 1 THEN 'reports differ'
        WHEN consensus THEN 'consensus'
        WHEN extractors > 1 THEN 'same'
        ELSE 'single'
    END AS agreement,
    answers, reports, extractors
FROM study_field;
