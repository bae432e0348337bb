SELECT * REPLACE (NULL::VARCHAR AS text) FROM main.document
