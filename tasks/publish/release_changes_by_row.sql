-- The rows that only one side has; one that stands several times is told as often as it stands more.
INSERT INTO change BY NAME
SELECT '{view}' AS view, {key} AS key, 'removed' AS change FROM (({old}) EXCEPT ALL ({new}))
UNION ALL
SELECT '{view}' AS view, {key} AS key, 'added' AS change FROM (({new}) EXCEPT ALL ({old}));
