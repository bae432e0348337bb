-- Where the results section of each text is.
CREATE OR REPLACE VIEW main.document_section AS
SELECT document_id, section, start_char, end_char, heading, said_by, seq
FROM core.document_section;
