-- How a tool's verdicts compare with people's first votes (tasks/screen/measure.py).
CREATE OR REPLACE VIEW main.tool_accuracy AS
FROM core.tool_accuracy;
