"""The command line: one small module a command. Only here: typer, files, the terminal, exit codes."""

from backprop_cli.cli.app import main

__all__ = ["main"]
