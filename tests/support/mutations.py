"""Wrong rows: every formula of the tables of operations, losses and optimizers with one sign, number or name changed.

A mutant is the source of a table with one change. It is alive if no test of that table fails; `python
tests/support/mutations.py` lists those, and what each of them means is written in EXPLAINED.
"""

from __future__ import annotations

import ast
import copy
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getsource, signature
from itertools import product
from types import ModuleType
from typing import Any

PATIENCE = 40  # seconds; a mutant that hangs the tests is caught
TABLES = {  # the module, its table, the functions in it that formulas are written with, and the tests of it
    "operations": ("OPERATIONS", ("test_operations",)),
    "losses": ("LOSSES", ("test_losses",)),
    "optimizers": ("OPTIMIZERS", ("test_optimizers",)),
}
EXPLAINED = {  # a part of the name of a mutant that lives: why it is none
    "squared_error: t - o  →  o - t": "a square does not see the sign",
    "absolute_error: o - t  →  t - o": "nor does an absolute value",
    "losses: huber: o - t  →  t - o": "nor does the Huber loss",
    "_share: own - other  →  other - own": "a tie is a tie from both sides",
    "_pick: which - place  →  place - which": "a difference of 0 has no sign",
    "equal: a - b  →  b - a": "a difference of 0 has no sign",
    "operations: elu_slope: ZERO  →  ONE": "the slope has a kink at 0, or stands behind a factor that is 0 there",
    "operations: huber: ZERO  →  ONE": "what ReLU's slope is at 0 does not matter to its value",
    "_softmax_partial: ZERO  →  ONE": "nothing asks for the slope in the number of an output",
}
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
NAMES = {"old": "new", "new": "old", "exp": "ln", "sin": "cos", "cos": "sin", "is_max": "is_min", "is_min": "is_max",
         "beta1": "beta2", "beta2": "beta1", "multiply": "divide", "divide": "multiply"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A table with one change: where it is, what it was and is, and the row (or the helper of rows) it is in."""

    table: str
    row: str
    change: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return f"{self.table}: {self.row}: {self.change}"


def mutants(table: str) -> Iterator[Mutant]:
    """Every mutant of a table."""
    module = importlib.import_module(f"backprop_cli.algebra.{table}")
    tree = ast.parse(getsource(module))
    for row, part in _rows(tree, TABLES[table][0]):
        for node in ast.walk(part):
            for change, undo, do in _changes(node):
                before = ast.unparse(node)
                do()
                after, mutant = ast.unparse(node), copy.deepcopy(tree)
                undo()
                assert after != before, change
                yield Mutant(table, row, f"{before}  →  {after}", mutant)


def _rows(tree: ast.Module, name: str) -> Iterator[tuple[str, ast.AST]]:
    """The rows of the table by name, their words left out, and the helpers that compute for them."""
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=helper) if helper.startswith("_"):
                yield helper, ast.Module(statement.body, [])
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                for call in ast.walk(value):
                    match call:
                        case ast.Call(args=[ast.Constant(value=str(row)), *rest]) if call.func != "apply":
                            formulas = [one for one in rest if isinstance(one, ast.Lambda)]
                            formulas += [one.value for one in call.keywords if one.arg in _FORMULAS]
                            if formulas and _is_row(call):
                                yield row, ast.Module([ast.Expr(one) for one in formulas], [])


_FORMULAS = ("value", "partial", "partials", "factor", "short", "defaults", "steepest")


def _is_row(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("Operation", "Loss", "Optimizer", "_log_loss")


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """What can be changed in one node: a name for it, how to undo it, and how to do it."""

    def setting(holder: Any, field: str, value: Any) -> tuple[str, Callable[[], None], Callable[[], None]]:
        old = getattr(holder, field)
        return field, lambda: setattr(holder, field, old), lambda: setattr(holder, field, value)

    match node:
        case ast.BinOp(op=op) if type(op) in SIGNS:
            yield setting(node, "op", SIGNS[type(op)]())
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))):
            yield setting(node, "right", ast.Constant(power + 1))
        case ast.UnaryOp(op=ast.USub()):
            yield setting(node, "op", ast.UAdd())
        case ast.Call(func=ast.Name(id="negate"), args=[_]):
            yield setting(node, "func", ast.Name("add", ast.Load()))
        case ast.Call(func=ast.Name(id="number"), args=[ast.Constant(value=int(value)), *_]):
            yield setting(node.args[0], "value", value + 1)
        case ast.Attribute(attr=name) if name in NAMES:
            yield setting(node, "attr", NAMES[name])
        case ast.Constant(value=str(name)) if name in NAMES:
            yield setting(node, "value", NAMES[name])
        case ast.Name(id=name) if name in ("ONE", "ZERO"):
            yield setting(node, "id", "ZERO" if name == "ONE" else "ONE")
    match node:
        case ast.BinOp(left=ast.Constant(value=int(value))):
            yield setting(node.left, "value", value + 1)
        case ast.BinOp(right=ast.Constant(value=int(value)), op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            yield setting(node.right, "value", value + 1)
        case ast.BinOp(op=ast.Sub() | ast.Div(), left=left, right=right) if ast.dump(left) != ast.dump(right):
            yield (
                "operands",
                lambda: (setattr(node, "left", left), setattr(node, "right", right))[0],
                lambda: (setattr(node, "left", right), setattr(node, "right", left))[0],
            )


# ---- the tests of a table ------------------------------------------------------------------------------------


def cases(table: str) -> list[tuple[str, Callable[[], object]]]:
    """Every test of the table that needs nothing but its parameters: a name, and how to run it."""
    found = []
    for name in TABLES[table][1]:
        module = importlib.import_module(name)
        for test in vars(module).copy().values():
            if callable(test) and getattr(test, "__name__", "").startswith("test_"):
                found += [(label, run) for label, run in _cases_of(module, test)]
    return found


def _cases_of(module: ModuleType, test: Callable[..., object]) -> Iterator[tuple[str, Callable[[], object]]]:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    choices: list[list[Mapping[str, Any]]] = []
    for mark in marks:
        names = mark.args[0]
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        rows = [getattr(row, "values", row) if type(row).__name__ == "ParameterSet" else row for row in mark.args[1]]
        rows = [row if len(names) > 1 or _is_set(row) else [row] for row in rows]
        choices.append([dict(zip(names, row, strict=True)) for row in rows])
    if set(signature(test).parameters) != {name for choice in choices for name in choice[0]}:
        return
    for chosen in product(*choices):
        arguments = {name: value for one in chosen for name, value in one.items()}
        label = " ".join([test.__name__, *(str(value) for value in arguments.values())])
        yield label, lambda arguments=arguments: test(**arguments)  # type: ignore[misc]


def _is_set(row: Any) -> bool:
    return isinstance(row, tuple) and len(row) == 1 and not isinstance(row, str)


def survives(mutant: Mutant, tests: list[tuple[str, Callable[[], object]]]) -> bool:
    """Whether no test fails; the mutant lives in a process of its own."""
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            _plant(mutant)
            for _label, run in sorted(tests, key=lambda one: mutant.row.strip("_") not in one[0].split()):
                run()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _plant(mutant: Mutant) -> None:
    """The table is the mutant's from now on."""
    module = importlib.import_module(f"backprop_cli.algebra.{mutant.table}")
    spoiled = dict(vars(module))
    exec(compile(ast.fix_missing_locations(mutant.tree), "<mutant>", "exec"), spoiled)
    table = TABLES[mutant.table][0]
    vars(module)[table].clear()
    vars(module)[table].update(spoiled[table])
    for name, value in spoiled.items():
        if callable(value) and name.startswith("_") and name in vars(module):
            setattr(module, name, value)


def survivors(table: str, share: int = 1, watch: Callable[[str], object] = lambda said: None) -> list[str]:
    """The mutants (of each so many, one) that no test catches."""
    tests = cases(table)
    found = []
    for number, mutant in enumerate(mutants(table)):
        if number % share == 0:
            alive = survives(mutant, tests)
            watch(f"{'ALIVE ' if alive else 'caught'} {mutant.name}")
            found += [mutant.name] if alive else []
    return found


if __name__ == "__main__":
    for one in sys.argv[1:] or TABLES:
        living = survivors(one, watch=lambda said: print(said, flush=True))
        print(f"{one}: {len(list(mutants(one)))} mutants, {len(living)} alive")
