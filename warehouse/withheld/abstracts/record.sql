SELECT * REPLACE (NULL::VARCHAR AS abstract) FROM main.record
