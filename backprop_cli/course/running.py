"""Who marks the batches: this process, processes on all cores, or a cluster; the rows are the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.processes import begin
from backprop_cli.course.tasks import Marked, MarkingTask, done, done_by
from backprop_cli.ground.collecting import collect_seldom
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _

Results = Iterator[tuple[int, list[Marked]]]  # the place of a task, and its rows, as they come
AHEAD = 3  # batches that wait for each process: what is read before it is marked
FEW = 300  # sheets for which starting processes takes longer than it saves


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def here(tasks: Iterable[MarkingTask], checkers: Checkers) -> Results:
    """Marks in this process, one after the other."""
    for place, task in enumerate(tasks):
        yield place, done_by(checkers, task)


def on_cores(tasks: Iterable[MarkingTask], jobs: int) -> Results:
    """Marks in so many processes. One that dies is replaced, and what it had is done again, a sheet at a time."""
    context = begin()
    numbered = enumerate(tasks)
    while True:
        pool = ProcessPoolExecutor(jobs, context, collect_seldom)
        waiting: dict[Future[list[Marked]], tuple[int, MarkingTask]] = {}
        try:
            yield from _all(numbered, waiting, pool, jobs * AHEAD)
            break
        except BrokenProcessPool:
            lost = [*waiting.values()]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for place, task in lost:
            yield place, [_alone(MarkingTask(task.setting, (work,)), context) for work in task.works]


def _alone(task: MarkingTask, context: Any) -> Marked:
    """One sheet in a process of its own, which may die of it."""
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(done, task).result()[0]
        except BrokenProcessPool:
            return _deadly(task)


def _deadly(task: MarkingTask) -> Marked:
    """The row of the one sheet of a task, of which a process dies."""
    (work,) = task.works
    said = _("it could not be marked ({reason})").format(reason=_("the process that marked it died"))
    return SheetRow(work.file, work.student or work.file, f"{work.file}: {said}").as_text(), ""


def _connected(address: str) -> Any:
    """The client of a scheduler. Raises UsageError where `distributed` is not installed, or nobody answers there."""
    try:
        from distributed import Client
    except ImportError:
        message = _("a cluster needs {name}, which is not installed: pip install 'backprop-cli[cluster]'")
        raise UsageError(message.format(name="distributed")) from None
    try:
        return Client(address, timeout=20, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = _("no scheduler answers at {address} ({reason})")
        raise UsageError(message.format(address=address, reason=error)) from None


def _once_more(submit: Callable[[MarkingTask], Any], task: MarkingTask) -> Marked:
    """The row of the one sheet of a task, done once more by itself."""
    from distributed.scheduler import KilledWorker

    try:
        rows: list[Marked] = submit(task).result()
        return rows[0]
    except KilledWorker:
        return _deadly(task)


def on_cluster(tasks: Iterable[MarkingTask], address: str) -> Results:
    """Marks on the workers of a dask scheduler, `tcp://host:8786`; a worker that is lost is replaced by another.

    What several workers have died of is done again, a sheet at a time. Raises UsageError where `distributed` is not
    installed, where nobody answers there, or nobody any more.
    """
    client = _connected(address)
    with client, client.as_current():
        from distributed import CancelledError, as_completed
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        ahead = AHEAD * max(1, len(client.scheduler_info()["workers"]))
        numbered = enumerate(tasks)
        waiting: dict[Any, tuple[int, MarkingTask]] = {}

        def submit(task: MarkingTask) -> Any:
            return client.submit(done, task, pure=False, retries=5)

        def sent(more: int) -> list[Any]:
            futures = []
            for place, task in islice(numbered, more):
                future = submit(task)
                waiting[future] = place, task
                futures.append(future)
            return futures

        try:
            pending = as_completed(sent(ahead))
            for future in pending:
                place, task = waiting.pop(future)
                try:
                    rows = future.result()
                except KilledWorker:
                    rows = [_once_more(submit, MarkingTask(task.setting, (work,))) for work in task.works]
                yield place, rows
                for one in sent(1):
                    pending.add(one)
        except (CancelledError, CommClosedError) as error:
            message = _(
                "the scheduler at {address} answers no more ({reason}); with --run FILE, the same command goes on"
            )
            raise UsageError(message.format(address=address, reason=type(error).__name__)) from None


def _all(
    numbered: Iterator[tuple[int, MarkingTask]],
    waiting: dict[Future[list[Marked]], tuple[int, MarkingTask]],
    pool: ProcessPoolExecutor,
    ahead: int,
) -> Results:
    """Keeps so many tasks waiting, and gives the rows as they come."""
    while True:
        for place, task in islice(numbered, ahead - len(waiting)):
            waiting[pool.submit(done, task)] = place, task
        if not waiting:
            return
        ready, _still = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ready:
            rows = future.result()
            place, _task = waiting.pop(future)
            yield place, rows
