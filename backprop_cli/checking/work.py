"""The sheet that a hand-in is: the last value of every chain is the answer for the quantity that it names."""

from __future__ import annotations

from dataclasses import replace

from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.known import KnownProblem
from backprop_cli.checking.replies import replies_in
from backprop_cli.ground.errors import SourceError
from backprop_cli.working.model import HandIn


class WorkReader(KnownProblem):
    """Makes sheets of hand-ins to one problem."""

    def sheet(self, hand_in: HandIn) -> Sheet:
        """The sheet in a hand-in; what is no quantity of the problem, or no number, is noted and costs nothing else."""
        from backprop_cli.checking.books import book_of
        from backprop_cli.checking.chain_reader import ChainReader
        from backprop_cli.checking.collection import Collection

        sheet = Collection(self, hand_in, "" if hand_in.bits else book_of(self, hand_in))
        for remark in hand_in.unread if hand_in.bits else ():
            sheet.complain(remark.why, remark.spot)
        reader = ChainReader(sheet)
        words, chains = replies_in(hand_in, self.worked.problem.ask_words)
        for chain in chains:
            reader.add(chain)
        return replace(sheet.done(), words=words) if words else sheet.done()

    def with_matrices(self, sheet: Sheet) -> Sheet:
        """The sheet with its matrices taken entry by entry. Raises SourceError where nothing on it can be read."""
        if not sheet.matrices:
            return sheet
        from backprop_cli.checking.collection import Collection
        from backprop_cli.checking.matrix_work import MatrixWork
        from backprop_cli.working.matrices import read_matrix

        found = Collection(self, HandIn(sheet.source, sheet.matrices, text=sheet.text, bits=sheet.bits))
        found.answers |= sheet.by_quantity
        found.parts |= sheet.parts
        reader = MatrixWork(found)
        for chain in sheet.matrices:
            matrix = read_matrix(chain.parts[-1].text)
            if matrix is None or not reader.whole(chain, matrix):
                reader.refuse(chain)
        unread = (*sheet.unread, *found.unread)
        if unread and not found.parts and not any(answer.written for answer in found.answers.values()):
            raise SourceError(sheet.source, unread, sheet.text)
        return replace(sheet, answers=tuple(found.answers.values()), parts=found.parts, unread=unread, matrices=())
