-- Documents of the newest file of each QDA project. A document that several projects share (copies for two coders)
-- stands once, as the newest of them has it.
CREATE OR REPLACE VIEW main.document AS
SELECT
    d.arrival_id, d.document_id, d.guid, d.name, d.kind, d.source_path, d.description, d.text,
    m.report_id
FROM core.document AS d
JOIN main.coding_project AS n USING (arrival_id)
LEFT JOIN core.document_link AS l USING (arrival_id, document_id)
LEFT JOIN core.report_record AS m USING (record_id)
QUALIFY row_number() OVER (PARTITION BY d.document_id ORDER BY n.received_at DESC, d.arrival_id DESC) = 1;
