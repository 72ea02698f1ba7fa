"""The vector suite: cases that any implementation can replay, and the runner for this one.

Cases are written as functions (`suite.cases`), compiled to JSON under ``vectors/``
(`suite.build`), linted (`suite.lint`) and run (`suite.run`). This package stands on the
whole engine; nothing in the engine knows it.
"""
