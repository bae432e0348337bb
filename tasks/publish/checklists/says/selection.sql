-- The flow in numbers, and why full texts were excluded.
WITH flow AS (
    SELECT map(list(box), list(n)) AS n FROM prisma_flow
)
SELECT
    unnest([
        'Records identified: ' || n['identified_databases'] || ' in databases, ' || n['identified_registers'] || ' in registers, ' || n['identified_other'] || ' otherwise.',
        'Duplicates removed: ' || (n['removed_duplicates'] + n['removed_duplicates_other']) || '; records screened: ' || (n['screened'] + n['screened_other'])
        || ', excluded: ' || (n['excluded_screening'] + n['excluded_screening_other']) || '.',
        'Reports sought: ' || (n['sought'] + n['sought_other']) || ', not retrieved: ' || (n['not_retrieved'] + n['not_retrieved_other'])
        || ', assessed: ' || (n['assessed'] + n['assessed_other']) || '.',
        'Included: reports ' || n['total_reports'] || ', studies ' || n['total_studies'] || '.'
    ]) AS says
FROM flow
WHERE n['identified_databases'] + n['identified_registers'] + n['identified_other'] > 0
UNION ALL
SELECT 'Full texts excluded: ' || label || ' ' || sum(n)::BIGINT
FROM prisma_detail
WHERE box IN ('excluded_full_text', 'excluded_full_text_other')
GROUP BY label
