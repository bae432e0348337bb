-- Study characteristics that stand, one row a value. Of each extractor the newest answer about a report counts, and an answer
-- about the whole study in place of her earlier ones about its reports. Two extractors' answers stand beside each other. What
-- nobody is named for gives way to what is newer, and variables of QDA projects to any sheet. An answer given on the page is as good as a sheet's. An emptied cell is an answer: what
-- stood there before no longer counts.
CREATE OR REPLACE VIEW main.characteristic AS
WITH answer AS (
    SELECT *, origin <> 'qda project' AS on_sheet, (received_at, arrival_id) AS moment
    FROM main.characteristic_history
    WHERE counts AND status NOT IN ('empty', 'invalid')
),
standing AS (
    SELECT *
    FROM answer
    QUALIFY moment = max(moment) OVER (PARTITION BY report_id, field, extractor, on_sheet)
        AND (whole_study OR moment >= coalesce(
            max(moment) FILTER (whole_study AND on_sheet) OVER (PARTITION BY study_id, field, extractor), moment))
        AND (on_sheet OR NOT bool_or(on_sheet) OVER (PARTITION BY report_id, field))
        AND (on_sheet OR NOT bool_or(whole_study AND on_sheet) OVER (PARTITION BY study_id, field))
        AND (extractor IS NOT NULL OR NOT on_sheet OR moment = max(moment) FILTER (on_sheet) OVER (PARTITION BY report_id, field))
        AND (extractor IS NOT NULL OR moment >= coalesce(
            max(moment) FILTER (whole_study AND on_sheet) OVER (PARTITION BY study_id, field), moment))
)
SELECT DISTINCT study_id, field, value, status, number, qualifier, extractor, report_id, whole_study, origin, arrival_id
FROM standing
WHERE status <> 'emptied';
