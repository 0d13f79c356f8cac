"""`state(h2)`: whether a unit is dead or saturated at the start; `flow(gradient)`: whether the gradient vanishes."""

from __future__ import annotations

from functools import partial

from backprop_cli.deriving.trace import Value
from backprop_cli.ground.errors import BackpropError, did_you_mean
from backprop_cli.ground.words import _, in_figures, listed, n_
from backprop_cli.health.findings import STEPS, Ailment, Health, health_of
from backprop_cli.health.units import SATURATED, UnitHealth
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.numbers.sizes import largest
from backprop_cli.questions.question import NoQuestion, Own, Question, QuestionKind, RightWord, Word
from backprop_cli.solving.worked import WorkedProblem

_NEITHER = n_("neither")
_STATES = tuple(map(Word, ("dead", "saturated", _NEITHER)))
_FLOWS = tuple(map(Word, ("vanishing", "exploding", "cut off", _NEITHER)))
_FEW = 12  # targets that are listed
_GRADIENT = "gradient"


def _health(worked: WorkedProblem, own: Own | None = None) -> Health | None:
    """The health of the network; None where it has no forward pass."""

    def made() -> Health | None:
        try:
            return health_of(worked, own=own)
        except BackpropError:
            return None

    return made() if own else worked.once("health", made)


# ---- a unit ------------------------------------------------------------------------------------------------------


def _units(worked: WorkedProblem) -> dict[str, UnitHealth]:
    """The units of which it depends on the numbers, by their names."""
    health = _health(worked)
    return {} if health is None else {unit.output.name: unit for unit in health.units if not unit.flat}


def _with_state(worked: WorkedProblem) -> tuple[str, ...]:
    return tuple(_units(worked))


def _state(worked: WorkedProblem, target: str) -> Question:
    units = _units(worked)
    name = target if target in units else target.removeprefix("out_").removeprefix("net_")
    if name not in units:
        known = _("the units that are not linear are {names}").format(names=listed(units, most=_FEW))
        nothing = _("no unit has a slope that depends on the numbers")
        hint = did_you_mean(name, list(units)) or (known if units else nothing)
        raise NoQuestion(_("there is no state of {name!r}").format(name=target), hint)
    sentence = n_("What is the state of {of} at the starting parameters?")
    hint = n_("Look at the slope of its activation, at its net input in every sample.")
    return Question("state", name, sentence, _STATES, partial(_state_of, worked, name), hint, follows=True)


def _state_of(worked: WorkedProblem, name: str, own: Own) -> RightWord:
    health = _health(worked, own)
    unit = next(one for one in health.units if one.output.name == name) if health is not None else None
    assert unit is not None
    if unit.dead:
        return RightWord("dead", _("the slope of its activation is 0 in every sample: no gradient passes"))
    if unit.saturated:
        said = _("the slope of its activation is less than {share} of the steepest in every sample")
        return RightWord("saturated", said.format(share=str(SATURATED)))
    slope = in_figures(to_digits(largest(unit.slopes), 3).text())
    return RightWord(_NEITHER, _("the slope of its activation is {slope}, which is not that small").format(slope=slope))


# ---- the gradient ------------------------------------------------------------------------------------------------


def _sized(worked: WorkedProblem) -> int:
    """How many layers have a δ."""
    health = _health(worked)
    if health is None or not health.problem.layers:
        return 0
    return sum(layer.deltas is not None for layer in health.layers)


def _with_flow(worked: WorkedProblem) -> tuple[str, ...]:
    return (_GRADIENT,) if _sized(worked) > STEPS else ()


def _flow(worked: WorkedProblem, target: str) -> Question:
    if target.lower() != _GRADIENT:
        raise NoQuestion(_("there is no flow of {name!r}").format(name=target), "flow(gradient)")
    count = _sized(worked)
    if count <= STEPS:
        said = _("the gradient has to go over at least {steps} steps from layer to layer; here it goes over {count}")
        raise NoQuestion(said.format(steps=STEPS, count=max(0, count - 1)))
    sentence = n_("Is the gradient vanishing or exploding on its way back to the first layer?")
    hint = n_("Compare the mean |δ| of the first layer with that of the last one.")
    return Question("flow", _GRADIENT, sentence, _FLOWS, partial(_flow_of, worked), hint, follows=True)


_AILMENTS = {Ailment.VANISHING: "vanishing", Ailment.EXPLODING: "exploding", Ailment.CUT_OFF: "cut off"}


def _flow_of(worked: WorkedProblem, own: Own) -> RightWord:
    health = _health(worked, own)
    assert health is not None
    found = next((one for one in health.findings if one.ailment in _AILMENTS), None)
    if found is not None and found.ailment is Ailment.CUT_OFF:
        said = _("all δ are 0 in {layers}: no gradient arrives there")
        return RightWord("cut off", said.format(layers=listed(found.layers)))
    sized = [layer for layer in health.layers if layer.deltas]
    ends = {"last": sized[-1].label, "first": sized[0].label, "delta": "δ"}
    if found is None or found.factor is None:
        said = _("from {last} back to {first}, the mean |{delta}| neither falls nor grows as much as that")
        return RightWord(_NEITHER, said.format(**ends))
    falls = _("from {last} back to {first}, the mean |{delta}| falls to {factor} of what it was")
    grows = _("from {last} back to {first}, the mean |{delta}| grows to {factor} times what it was")
    said = falls if found.ailment is Ailment.VANISHING else grows
    return RightWord(_AILMENTS[found.ailment], said.format(factor=_figures(found.factor), **ends))


def _figures(value: Value) -> str:
    return in_figures(value.decimal.text())


STATE = QuestionKind("state", _with_state, _state)
FLOW = QuestionKind("flow", _with_flow, _flow)
