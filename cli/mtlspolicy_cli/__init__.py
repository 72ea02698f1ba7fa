"""The command line of mtlspolicy: files and flags in, an explained decision out.

It stands on the engine and decides nothing itself. Whatever touches the world is here: the
clock, files, the terminal. Modules import the engine inside functions, because a command
that only prints its help has no use for it, and starting up is what a shell loop pays for.
"""
