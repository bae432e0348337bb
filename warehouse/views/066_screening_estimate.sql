-- What single exclusions may have missed, by those that were drawn for a second vote (tasks/screen/measure.py).
CREATE OR REPLACE VIEW main.screening_estimate AS
FROM core.screening_estimate;
