"""One process can serve two readers: each has a language and limits of their own."""

from __future__ import annotations

from contextvars import copy_context

import pytest

from backprop_cli.ground import limits
from backprop_cli.ground.errors import SourceError
from backprop_cli.ground.words import ENGLISH, _, language, set_language
from backprop_cli.problem.reader import load_text

LONG = (
    "inputs: {x: 1}\nlayers: [{weights: [[0.5]]}]\ntargets: 1\nloss: squared_error\nlearning_rate: 1\nepochs: 1000001\n"
)


def complaint() -> str:
    with pytest.raises(SourceError) as error:
        load_text(LONG, "long.yaml")
    return str(error.value)


def test_a_language_is_spoken_to_one_reader_only() -> None:
    def chinese() -> str:
        set_language("zh_CN")
        return complaint()

    one, other = copy_context(), copy_context()
    said = one.run(chinese)
    assert "1000001" in said
    assert said != other.run(complaint) == complaint()
    assert (one.run(language), other.run(language), language()) == ("zh_CN", ENGLISH, ENGLISH)
    assert one.run(_, "gradients") != "gradients" == _("gradients")


def test_a_limit_is_raised_for_one_reader_only() -> None:
    def patient() -> int:
        limits.raise_limit("epochs", 5_000_000)
        return load_text(LONG, "long.yaml").problem.training.epochs

    context = copy_context()
    assert context.run(patient) == 1_000_001
    assert "outside 1 … 1,000,000" in complaint()
    assert context.run(limits.of, "epochs") == 5_000_000
    assert limits.EPOCHS == limits.of("epochs") == 1_000_000


def test_every_limit_that_may_be_raised_is_a_bound_of_its_own() -> None:
    assert sorted(limits.RAISED.values()) == sorted(limits.Raisable.__slots__)
    with pytest.raises(AttributeError):
        limits.PATIENCE  # noqa: B018
