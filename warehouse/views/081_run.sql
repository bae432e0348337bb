-- Updates that ended, well or not.
CREATE OR REPLACE VIEW main.run AS
SELECT run_id, started_at, ended_at, trigger, state, new_records, new_reports, problems
FROM core.run;
