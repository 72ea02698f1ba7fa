"""How commands are found, and the guard around all of them.

The group loads the module of a command when that command is asked for. The guard turns
whatever a command raises into one message on standard error and exit code 2: no traceback
reaches a user (``MTLSPOLICY_DEBUG=1`` shows it to a developer).
"""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

__all__ = ["COMMANDS", "ERROR", "EXIT_CODES", "Command", "Shell", "new_app"]

COMMANDS: Final = (
    "evaluate",
    "inspect",
    "policy",
    "timeline",
    "compare",
    "vectors",
    "gather",
    "codes",
    "schema",
)
"""The commands in the order of the help; one whose module is not there does not exist."""

ERROR: Final = 2
"""The exit code of everything that kept a command from giving an answer."""

_INTERRUPTED: Final = 130
"""128 and SIGINT, as shells have it."""

EXIT_CODES: Final = """\b
Exit codes:
  0  accepted, or it holds
  1  rejected, or it does not hold
  2  no answer: wrong usage, an invalid document, a proposal that was not
     enabled, a file without any certificate
  3  indeterminate: evidence is missing that would decide"""
"""For the end of a help text; the first character keeps the lines as they are."""


def new_app(text: str | None = None) -> typer.Typer:
    """Return the application of one command, or of one group of commands."""
    return typer.Typer(
        help=text,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


class Command(TyperCommand):
    """A command that refuses an option given twice, where only one of the two could count."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer does not publish its Context
        """Look for repeated options, then parse as ever."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            for parameter, times in Counter(order).items():
                if times > 1 and parameter.param_type_name == "option" and not parameter.multiple:
                    ctx.fail(f"{parameter.opts[0]} is given {times} times, and can have one value")
        return super().parse_args(ctx, args)


class Shell(TyperGroup):
    """The group of all commands, with the guard."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's signature
        """List the commands whose modules exist."""
        return [name for name in COMMANDS if find_spec(_module(name)) is not None]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - typer's signature
        """Load a command."""
        if cmd_name not in self.commands:
            if cmd_name not in self.list_commands(ctx):
                return None
            command = get_command(import_module(_module(cmd_name)).app)
            command.name = cmd_name
            _plain(command)
            self.commands[cmd_name] = command
        return self.commands[cmd_name]

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - typer's signature
        """Run one command line, and exit."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except typer.Abort:
            code = _INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the guard
            if os.environ.get("MTLSPOLICY_DEBUG"):
                sys.excepthook(*sys.exc_info())
            code = _report(error)
        # On its way out the interpreter looks for cycles among all objects, more than once: a
        # tenth of the time of a short command. What we opened we have closed by now, and the
        # memory goes back to the system anyway.
        gc.freeze()
        sys.exit(code if isinstance(code, int) else 0)


def _module(name: str) -> str:
    return f"mtlspolicy_cli.commands.{name}"


def _plain(command: Any) -> None:  # noqa: ANN401 - typer does not publish its Command
    """Take off what is only for the command at the top, from a whole tree of commands."""
    command.rich_markup_mode = None
    command.params = [
        p for p in command.params if p.name not in ("install_completion", "show_completion")
    ]
    for part in getattr(command, "commands", {}).values():
        _plain(part)


def _report(error: Exception) -> int:
    """Say on standard error what went wrong; return the exit code."""
    from mtlspolicy_cli import output  # noqa: PLC0415 - only when something is wrong

    if isinstance(error, BrokenPipeError):
        return ERROR  # whoever read our output has gone, and would not read an error either
    said = getattr(error, "format_message", None)
    if said is not None:  # wrong usage, found by the parser
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "mtlspolicy"
        # Where nothing was given, what the parser says is the whole help, not a message.
        bare = type(error).__name__ == "NoArgsIsHelpError"
        message = f"`{command}` was given nothing to do" if bare else said().rstrip(".")
        output.error(message, f"`{command} --help` shows what there is")
        return ERROR
    output.failure(error)
    return ERROR
