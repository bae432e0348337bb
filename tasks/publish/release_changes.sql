-- One row a difference. `key`: the row's key, or the whole row where its view has none, as a JSON object; the last three
-- are of what changed in a row that both have.
CREATE OR REPLACE TEMP TABLE change (
    view     VARCHAR,
    key      VARCHAR,
    change   VARCHAR,
    "column" VARCHAR,
    before   VARCHAR,
    after    VARCHAR
);
