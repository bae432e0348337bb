SELECT * REPLACE (NULL AS text) FROM main.document
