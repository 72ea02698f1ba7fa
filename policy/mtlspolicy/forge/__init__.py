"""Forging certificates, good and broken, for vectors, witnesses and tests.

Everything here is test material: the keys are published. See `forge.pair` to start.
"""
