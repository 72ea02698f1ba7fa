"""Comparing two policies: the exact difference, shown as certificates.

`relation.compare` asks, for each rule of one policy, for a state that the other accepts
and that breaks this rule; `witness` makes the state real and has the engine judge it.
Pure: nothing here reads a file or a clock.
"""
