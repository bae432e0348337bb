-- Changes of the codebook: stated by somebody on the page, or inferred from two exports.
SELECT origin, kind, count(*) AS changes
FROM code_change
GROUP BY ALL
ORDER BY ALL;
