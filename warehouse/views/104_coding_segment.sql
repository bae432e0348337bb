-- Every coded segment that counts, with whose words it has and who speaks in it, as far as codes or people say.
CREATE OR REPLACE VIEW main.coding_segment AS
SELECT
    g.coding_id, g.document_id, k.path AS code, g.coder, g.quote, g.study_id, s.words_of, s.words_of_by,
    coalesce(s.speakers, []) AS speakers, s.speakers_by, s.suggested, s.suggested_by, g.included
FROM main.coding_final AS g
JOIN main.code AS k ON k.code_id = g.code_id
LEFT JOIN core.coding_segment AS s ON s.coding_id = g.coding_id;
