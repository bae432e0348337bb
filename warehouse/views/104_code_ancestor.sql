-- Every code with itself and all codes above it, up to the top: to count a code with all that is below it. Where codes of two
-- trees were ruled to be the same so that one would lie above itself, each stands once.
CREATE OR REPLACE VIEW main.code_ancestor AS
WITH RECURSIVE above AS (
    SELECT code_id, code_id AS ancestor_id, 0 AS depth, parent_id, [code_id] AS passed
    FROM main.code
    UNION ALL
    SELECT a.code_id, p.code_id, a.depth + 1, p.parent_id, list_append(a.passed, p.code_id)
    FROM above AS a
    JOIN main.code AS p ON p.code_id = a.parent_id
    WHERE NOT list_contains(a.passed, p.code_id)
)
SELECT code_id, ancestor_id, depth
FROM above;
