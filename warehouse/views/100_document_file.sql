-- Full texts that count, each with its report.
CREATE OR REPLACE VIEW main.document_file AS
WITH page AS (
    SELECT arrival_id, count(*) AS pages, count(*) FILTER (start_char = end_char) AS empty
    FROM core.document_page
    GROUP BY arrival_id
)
SELECT
    f.arrival_id, s.known_as AS document_id, d.name, f.format, length(d.text) AS characters, p.pages, p.empty AS pages_without_text,
    m.report_id, l.said_by, a.received_at
FROM core.document_file AS f
JOIN core.document_standing AS s USING (arrival_id)
JOIN core.document AS d USING (arrival_id)
JOIN core.arrival AS a USING (arrival_id)
LEFT JOIN page AS p USING (arrival_id)
LEFT JOIN core.document_link AS l ON l.arrival_id = f.arrival_id AND l.document_id = f.document_id
LEFT JOIN core.report_record AS m USING (record_id)
WHERE s.counts;
