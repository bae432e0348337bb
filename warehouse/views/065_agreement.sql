-- How far people agree who judged the same independently (tasks/screen/measure.py, tasks/synthesise/measure_codings.py).
CREATE OR REPLACE VIEW main.agreement AS
FROM core.agreement;
