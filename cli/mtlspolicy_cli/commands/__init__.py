"""One module per command; `shell.COMMANDS` lists them, and loads each at first use.

A module has ``app``, made by `shell.new_app`: with one command it is that command, with
several it is a group.
"""
