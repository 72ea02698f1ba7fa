"""What follows from facts and evidence together: certification paths and names.

This package knows RFC 5280, 6 and RFC 9525. It must not know policies: whether a weak key,
an odd purpose or a long life is acceptable is decided by rules, on what is derived here.
"""
