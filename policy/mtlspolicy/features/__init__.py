"""Features: the aspects of a pair that rules can ask about, one per module.

`base` says what a feature and an atom are, `registry` lists all. A feature reads facts or
evidence, spans a domain of values, and can make bytes that have a given value.
"""
