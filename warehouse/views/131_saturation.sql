-- Saturation: how many codes the studies brought so far, in the order of inclusion, beside 1,000 random orders (median, and
-- the band that holds 95% of them).
CREATE OR REPLACE VIEW main.saturation AS
SELECT position, study_id, new_codes, codes, low, median, high
FROM core.saturation;
