"""The worked solution as a PyTorch script: the forward pass in tensors, the gradients by autograd, the updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, names_in
from backprop_cli.algebra.optimizers import OPTIMIZERS as RULES
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, parameter
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.descriptions import describe_address
from backprop_cli.deriving.batch_forward import SAMPLE_WEIGHT, weight_at
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.code.assignments import CodeWriter
from backprop_cli.formats.code.formulas import by_names
from backprop_cli.formats.code.identifiers import comment
from backprop_cli.formats.code.outline import ProgramSection, given, sections
from backprop_cli.formats.code.python import head
from backprop_cli.formats.code.python_dialect import PYTHON
from backprop_cli.formats.code.torch_dialect import GRADIENTS, OPTIMIZERS, SHOW_TENSOR, TORCH
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution
from backprop_cli.writing.shapes import Spelling

_RESERVED = ("largest", "smallest", "parameters", "optimizer", "gradients")
_BACKWARD = (Phase.BACKWARD, Phase.GRADIENT)


def render(solution: Solution) -> str:
    """The script; it prints every quantity by its key. Raises UsageError where samples meet in a layer."""
    if solution.problem.couples_samples:
        raise UsageError(_("the PyTorch script is for layers that take one sample at a time; --format python has all"))
    return "\n\n".join("\n".join(block) for block in _Script(solution).blocks()) + "\n"


class _Script:
    """Writes one script; `current` is the quantity that a parameter now has its value from."""

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.problem = solution.problem
        self.lines = solution.trace.derivation.index
        self.program = CodeWriter(solution, TORCH, rounds=False, reserved=_RESERVED)
        self.names = self.program.names
        self.current: dict[Quantity, Quantity] = {}
        self.objectives = self._objectives()
        self.updates = 0

    def blocks(self) -> Iterator[list[str]]:
        """The script from top to bottom."""
        said = comment(_("Gradients are PyTorch's own, by autograd.")) if self.objectives else []
        if self.solution.rounding is not None:
            said += comment(_("Nothing is rounded here, so that the numbers are not quite those of the solution."))
        yield [*head(self.solution), *said]
        body = list(self.body())
        show = SHOW_TENSOR.format(digits=self.program.digits)
        helpers = [*self.program.helpers(), *([GRADIENTS] if self.objectives else []), show]
        uses_math = any("math." in line for text in (*body, helpers) for line in text)
        imports = ["import math", ""] if uses_math else []
        yield [*imports, "import torch", "", "torch.set_default_dtype(torch.float64)"]
        for source in helpers:
            yield ["", *source.split("\n")]
        for index, block in enumerate(body):
            yield ["", *block] if index == 0 else block
        if (step := self.optimizer_step()) and self.updates == 1:
            yield step

    def body(self) -> Iterator[list[str]]:
        """What is given, and the lines in their sections."""
        leaves = self.leaves()
        for word, quantities in given(self.solution).items():
            yield [*comment(word), *(self.constant(quantity, quantity in leaves) for quantity in quantities)]
        last: Address = ()
        for section in sections(self.solution):
            where = describe_address(section.at, self.problem)
            lines = [*comment(f"==== {where} ===="), ""] if section.at not in ((), last) else []
            last = section.at
            yield [*lines, *comment(section.heading), *self.section(section), *self.program.shown(section.steps)]
            self.adopt(section)

    def adopt(self, section: ProgramSection) -> None:
        """From here on, a parameter means its new value."""
        new = [step.quantity for step in section.steps if step.quantity.kind is Kind.NEW]
        self.current |= {parameter(quantity.name): quantity for quantity in new}

    # ---- autograd --------------------------------------------------------------------------------------------

    def _objectives(self) -> dict[Address, Quantity]:
        """What autograd differentiates in each pass; nothing where the gradients are not those of the forward pass."""
        steps = self.solution.trace.steps
        if self.problem.conventions.updated_weights or self.problem.training.perceptron is not None:
            return {}
        prescribed = {step.quantity.at for step in steps if step.line.given and step.line.phase in _BACKWARD}
        found = {}
        for step in steps:
            one = step.quantity
            if (
                step.line.phase in _BACKWARD
                and one.kind is Kind.GRADIENT
                and one.of is not None
                and one.at not in prescribed
            ):
                objective = one.of.at_address(one.at)
                line = self.lines.get(objective)
                if line is not None and not line.given:
                    found[one.at] = objective
        return found

    def leaf(self, quantity: Quantity) -> Quantity | None:
        """What a gradient is with respect to, if autograd can give it."""
        if quantity.at not in self.objectives or (quantity.name and quantity.kind is not Kind.DELTA):
            return None
        if quantity.kind is Kind.DELTA:
            found = Quantity(Kind.NET, quantity.name, at=quantity.at)
        elif quantity.kind is Kind.GRADIENT and quantity.by is not None:
            found = quantity.by
            if found.kind is Kind.PARAMETER:
                found = self.current.get(found, found)
            elif found.kind in (Kind.INPUT, Kind.TARGET):
                found = found.at_address(tuple(place for place in quantity.at if place.word == "sample"))
            else:
                found = found.at_address(quantity.at)
        else:
            return None
        return found if found in self.lines or found in self.solution.trace.derivation.constants else None

    def leaves(self) -> set[Quantity]:
        """Everything given that autograd must follow; the inputs too, where a line depends on nothing else."""
        found = {leaf for step in self.solution.trace.steps if (leaf := self.leaf(step.quantity)) is not None}
        constants = self.solution.trace.derivation.constants
        moving = {one for one in found if one in constants}
        for quantity, line in self.lines.items():
            if any(name.symbol in moving for name in names_in(line.formula)):
                moving.add(quantity)
        if any(one in self.lines and one not in moving for one in found):
            found |= {one for one in constants if one.kind is Kind.INPUT}
        return found

    # ---- lines -----------------------------------------------------------------------------------------------

    def constant(self, quantity: Quantity, followed: bool) -> str:
        """w5 = torch.tensor(0.40, requires_grad=True)"""
        formula = self.solution.trace.derivation.constants[quantity]
        return f"{self.names[quantity]} = {self.tensor(formula, followed)}"

    def tensor(self, formula: Formula, followed: bool) -> str:
        """A number as a tensor."""
        text = PYTHON.spell(formula, lambda formula: None).text
        whole = text.lstrip("-").isdigit()
        return f"torch.tensor({text}{'.0' if whole else ''}{', requires_grad=True' if followed else ''})"

    def section(self, section: ProgramSection) -> Iterator[str]:
        """The lines of a section: gradients by autograd, an update without it, all else by its formula."""
        if section.phase is Phase.UPDATE:
            yield "with torch.no_grad():"
            yield from (f"    {self.line(step)}" for step in section.steps)
            return
        for automatic, together in groupby(section.steps, lambda step: self.leaf(step.quantity) is not None):
            steps = list(together)
            yield from self.by_autograd(steps) if automatic else map(self.line, steps)

    def by_autograd(self, steps: Sequence[Step]) -> Iterator[str]:
        """[dE_dw5, dE_dw6] = gradients(E, [w5, w6])"""
        names = ", ".join(self.names[step.quantity] for step in steps)
        leaves = ", ".join(self.names[self.leaf(step.quantity)] for step in steps)
        objective = self.objectives[steps[0].quantity.at]
        yield f"[{names}] = gradients({self.names[objective]}{self.share(objective)}, [{leaves}])"
        if self.problem.conventions.negative_delta:
            for step in steps:
                if step.quantity.kind is Kind.DELTA:
                    name = self.names[step.quantity]
                    yield f"{name} = -{name}"

    def share(self, objective: Quantity) -> str:
        """/3 behind the error of a sample where the 1/n of its batch stands in every δ; of weighted ones ω/Σω."""
        lines = self.lines.values() if self.problem.conventions.mean_in_delta else ()
        line = next((one for one in lines if one.quantity.kind is objective.kind
                     and objective in quantities_in(one.formula)), None)  # fmt: skip
        if line is None:
            return ""
        together = list(dict.fromkeys(quantities_in(line.formula)))
        weights = [self.names[one] for one in together if one.bare == SAMPLE_WEIGHT]
        if not weights:
            return f"/{len(together)}"
        return f"*{self.names[weight_at(objective.at)]}/({' + '.join(weights)})"

    def line(self, step: Step) -> str:
        """net_h1 = w1*i1 + w2*i2 + b1"""
        formula, name = step.line.formula, self.names[step.quantity]
        if step.line.given or not any(True for _name in names_in(formula)):
            return f"{name} = {self.tensor(formula, step.line.phase is Phase.FORWARD)}"
        text = self.expression(formula)
        if text.isidentifier():
            text += ".clone()"  # a tensor of its own, so that its gradient is its own
        new = step.quantity.kind is Kind.NEW and parameter(step.quantity.name) in self.solution.trace.constants
        if not new:
            return f"{name} = {text}"
        self.updates += step.quantity.name in self.problem.parameters and not self.updated(step.quantity)
        return f"{name} = ({text}).requires_grad_()" if self.objectives else f"{name} = {text}"

    def updated(self, quantity: Quantity) -> bool:
        """Whether this is not the first parameter of its update."""
        names = [one.name for one in self.lines if one.kind is Kind.NEW and one.at == quantity.at]
        return next(name for name in names if name in self.problem.parameters) != quantity.name

    def expression(self, formula: Formula) -> str:
        """A formula in tensors; what has no names in it is a number."""

        def writes(part: Formula) -> Spelling | None:
            function = isinstance(part, Apply) and part.operation not in ("sum", "product", "negative", "quotient")
            if function and not any(True for _name in names_in(part)):
                return PYTHON.spell(part, lambda formula: None)
            return by_names(self.names.__getitem__)(part)

        return TORCH.spell(formula, writes).text

    # ---- torch.optim -----------------------------------------------------------------------------------------

    def optimizer_step(self) -> list[str]:
        """The same update by torch.optim, where there is one update and PyTorch has this rule."""
        training, rule = self.problem.training, self.problem.training.rule
        row = OPTIMIZERS.get(rule.called)
        plain = not rule.penalties and not rule.clip and not training.state and training.first_step == 1
        if (
            row is None
            or not plain
            or training.perceptron
            or training.schedule
            or self.problem.conventions.updated_weights
        ):
            return []
        new = [line.quantity for line in self.lines.values() if line.quantity.kind is Kind.NEW]
        pairs = [(one, self._gradient(one)) for one in new if one.name in self.problem.parameters]
        pairs = [(one, found) for one, found in pairs if found is not None]
        if not pairs or len({one.at for one, _found in pairs}) > 1 or self.solution.is_part:
            return []
        settings = {name: Quantity(Kind.CONSTANT, name) for name in RULES[rule.optimizer].settings}
        texts = {name: f"{self.names[one]}.item()" for name, one in {**settings, "eta": LEARNING_RATE}.items()}
        names = ", ".join(self.names[parameter(one.name)] for one, _found in pairs)
        lines = comment(_("The same update by torch.optim"))
        lines.append(f"parameters = [{names}]")
        made = row.format(**texts).removesuffix(")") + ", maximize=True)" * rule.maximize + ")" * (not rule.maximize)
        lines.append(f"optimizer = torch.optim.{made}")
        lines += [f"{self.names[parameter(one.name)]}.grad = {self.names[found]}" for one, found in pairs]
        lines.append("optimizer.step()")
        return lines + [f"show({one.key!r}, {self.names[parameter(one.name)]})" for one, _found in pairs]

    def _gradient(self, new: Quantity) -> Quantity | None:
        """The gradient that an update uses."""
        of_parameter = [one for one in self.lines if one.kind is Kind.GRADIENT and one.by == parameter(new.name)]
        return next((one for one in of_parameter if one.at == new.at and not one.name), None)
