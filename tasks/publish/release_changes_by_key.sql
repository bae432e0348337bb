-- The rows that only one side has, paired by their key: a pair is a row that changed, cell by cell.
CREATE OR REPLACE TEMP TABLE gone AS ({old}) EXCEPT ALL ({new});
CREATE OR REPLACE TEMP TABLE come AS ({new}) EXCEPT ALL ({old});

INSERT INTO change BY NAME
SELECT '{view}' AS view, {key} AS key, 'removed' AS change FROM gone ANTI JOIN come ON {same}
UNION ALL
SELECT '{view}' AS view, {key} AS key, 'added' AS change FROM come ANTI JOIN gone ON {same};

INSERT INTO change BY NAME
WITH cell AS (
    SELECT row_key, unnest([{cells}], max_depth := 2)
    FROM (SELECT {key} AS row_key, * FROM come) AS come
    JOIN gone ON {same}
)
SELECT '{view}' AS view, row_key AS key, 'changed' AS change, "column", before, after
FROM cell
WHERE before IS DISTINCT FROM after;
