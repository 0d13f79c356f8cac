"""The bounds that keep a stranger's file from hurting; each is named in the message that refuses."""

FILE_BYTES = 4_000_000
NOTATION_BYTES = 100_000
YAML_DEPTH = 40
YAML_NODES = 400_000
NAME_LENGTH = 60
TEXT_LENGTH = 2_000
NUMBER_LENGTH = 400
EXPONENT = 4_000  # a number may be written up to 1e±4000
FORMULA_LENGTH = 5_000
FORMULA_DEPTH = 60
FORMULA_CHAIN = 60  # divisions in a row
FORMULA_WIDTH = 200  # factors of a product, arguments of a function: slopes take time in their square
WINDOW = 1_000  # places under a window of max pooling, pieces of a maxout unit: slopes take time in their square
TERMS = 250_000  # terms of all the windows of a layer
POWER_BITS = 200_000  # an exact power may have this many binary digits
EXP_ARGUMENT = 1_000_000  # e^x is refused beyond e^±1,000,000
DIGITS = 1_000
NEURONS = 20_000
PARAMETERS = 200_000
SAMPLES = 100_000
LINES = 300_000  # lines of one worked solution
EXACT_BITS = 1 << 14  # beyond this an exact fraction goes on as a certified ball
FIRST_PRECISION = 192
LAST_PRECISION = 192 << 6
SHORT_FRACTION = 11  # characters of a fraction worth printing
SHORT_FORM = 44  # characters of a closed form worth printing
