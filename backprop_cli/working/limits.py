"""The bounds of what is read of a hand-in; each is said where it refuses."""

BYTES = 20_000_000  # of a file that is an archive: a spreadsheet, a document
UNPACKED = 40_000_000  # bytes of what is inside it
INSIDE = 2_000  # files inside it
CHAINS = 20_000
REMARKS = 2_000
LINE = 5_000  # characters of one statement
JOINED = 400  # lines that one statement may take
DEPTH = 40  # of brackets, groups and tags inside each other
MACROS = 2_000  # of a student's own that are put in
ROWS = 50_000
COLUMNS = 200
