"""Collecting DNS evidence: the one part of the product that asks a network.

The engine never calls it, and it never judges. It asks a validating resolver what the
evidence document has room for (`dns` of schemas/evidence.schema.json) and writes down what
came back: data, or why there is none, with the DNSSEC status of each single answer.

Every question is chosen by the peer in part (by its address, by the names it has put into
its reverse zone), so there is a deadline for all of them, a bound on their number, and a
record of each (draft-frank.md Q-32).
"""
