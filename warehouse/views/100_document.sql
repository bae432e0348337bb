-- Documents of the QDA projects that count, and full texts that stand by themselves. One that several deliveries hold stands
-- once, as the newest of them has it that holds its text (of several that were ruled to be the same, as the one whose id is
-- kept);
-- its report is the one that the newest linked delivery leads to.
CREATE OR REPLACE VIEW main.document AS
WITH counting AS (
    SELECT arrival_id, received_at
    FROM main.coding_project
    UNION ALL
    SELECT arrival_id, received_at
    FROM core.document_standing AS s
    JOIN core.arrival AS a USING (arrival_id)
    WHERE s.counts
),
held AS (
    SELECT d.arrival_id, i.known_as AS document_id, d.guid, d.name, d.kind, d.source_path, d.description, d.text, d.text_hash,
        m.report_id, n.received_at,
        i.delivered_as = i.known_as AS kept
    FROM core.document AS d
    JOIN counting AS n USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.id = d.document_id
    LEFT JOIN core.document_link AS l ON l.arrival_id = d.arrival_id AND l.document_id = d.document_id
    LEFT JOIN core.report_record AS m USING (record_id)
),
linked AS (
    SELECT document_id, arg_max(report_id, (received_at, arrival_id)) FILTER (report_id IS NOT NULL) AS report_id
    FROM held
    GROUP BY document_id
)
SELECT h.arrival_id, h.document_id, h.guid, h.name, h.kind, h.source_path, h.description, h.text, k.report_id
FROM held AS h
JOIN linked AS k USING (document_id)
QUALIFY row_number() OVER (PARTITION BY h.document_id ORDER BY h.text_hash IS NULL, h.kept DESC, h.received_at DESC, h.arrival_id DESC) = 1;
