"""The rule language: conditions as data, with four readings.

`parse` makes trees, `tree` knows their shape, `evaluate`, `explain` and `dated` read them;
the comparison of policies is the fourth reading. Nothing here knows certificates.
"""
