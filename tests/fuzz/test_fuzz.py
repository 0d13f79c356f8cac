"""The corpus of the fuzzers, with everything that they found, is harmless; and they can tell what is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz import HERE, corpus, dictionary, seeds
from targets import TARGETS, refused

from backprop_cli.ground.errors import BackpropError

CORPUS = [pytest.param(target, path, id=f"{target}: {path.name}") for target in TARGETS for path in corpus(target)]


@pytest.mark.parametrize(("target", "path"), CORPUS)
def test_what_was_found_once_does_no_harm_any_more(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_every_reader_has_a_small_corpus_and_more_to_begin_with(target: str) -> None:
    assert 2 <= len(corpus(target)) <= 80
    assert sum(path.stat().st_size for path in corpus(target)) < 200_000
    assert all(isinstance(seed, bytes) for seed in seeds(target))


def test_what_is_no_refusal_is_a_finding() -> None:
    with pytest.raises(KeyError), refused():
        raise KeyError
    with pytest.raises(AssertionError, match="says nothing"), refused():
        raise BackpropError("")
    with refused():
        raise BackpropError("what is wrong")


def test_the_words_that_a_fuzzer_is_told_are_written_as_it_reads_them() -> None:
    assert r"\x73\x69\x67\x6d\x6f\x69\x64" in dictionary()


def test_the_corpus_is_replayed_without_a_fuzzer() -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "fuzz.py"), "--replay"], capture_output=True, text=True, timeout=100, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"{len(CORPUS)} files, nothing found\n"
