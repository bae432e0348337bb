"""Months 3 to 12 of the worked example: what arrives, what people make of it, and the numbers that must come out.

Made when it is asked for, and not committed: it follows from the plan, as the first two searches do.
"""
