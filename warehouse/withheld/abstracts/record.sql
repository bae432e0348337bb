SELECT * REPLACE (NULL AS abstract) FROM main.record
