-- The protocol's fields of study characteristics.
SELECT field, label, type
FROM core.protocol_field
ORDER BY position;
