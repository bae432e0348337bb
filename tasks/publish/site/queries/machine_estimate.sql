-- What single exclusions, of a person or a tool, may have missed: by the sample that was checked, with 95% intervals.
SELECT stage, coalesce(tool, 'people') AS excluded_by, sampled, overturned, unchecked, round(missed, 1) AS missed,
    round(missed_low, 1) AS low, round(missed_high, 1) AS high
FROM screening_estimate
ORDER BY ALL;
