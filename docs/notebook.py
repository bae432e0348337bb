"""A review's published copy as a notebook: each `# %%` begins a cell (VS Code, Spyder; Jupyter by Jupytext).

REVIEW=my-review python docs/notebook.py
"""

# %% Open the copy. It is replaced whole by each run: open, ask, close.
import os

import duckdb

review = os.environ.get("REVIEW", "demo-review")
con = duckdb.connect(f"{review}/published/warehouse.duckdb", read_only=True)

# %% The flow: PRISMA's boxes that are not empty
flow = dict(con.execute("SELECT box, n FROM prisma_flow WHERE n > 0").fetchall())

# %% Each number is a count of rows: who is in a box
included = con.sql(
    "SELECT id, title, year FROM prisma_member JOIN report USING (report_id) WHERE box = 'included_reports'"
).pl()

# %% Codes by country, as a matrix of studies
matrix = con.sql("""
    PIVOT (
        SELECT k.path AS code, c.value AS country, g.study_id
        FROM coding_final AS g JOIN code AS k USING (code_id)
        JOIN study_value AS c ON c.study_id = g.study_id AND c.field = 'country'
        WHERE g.included
    )
    ON country USING count(DISTINCT study_id) ORDER BY code
""").pl()

# %% Themes by version
drift = con.sql("SELECT version, name, studies, codings FROM theme_drift ORDER BY name, version").pl()

# %% Close it again
con.close()
