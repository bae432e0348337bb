-- The fields of the extraction form, in the form's order.
CREATE OR REPLACE VIEW main.protocol_field AS
SELECT field, position, label, type, options, unit, required, variables, formerly
FROM core.protocol_field;
