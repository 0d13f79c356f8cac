"""How NumPy writes operations, on single numbers and entry by entry on the matrices of whole layers."""

from __future__ import annotations

from backprop_cli.formats.code.formulas import CodeDialect
from backprop_cli.formats.code.python_dialect import PYTHON
from backprop_cli.views.matrix_formulas import HADAMARD, MATMUL, NORM, NORM_1, SOFTMAX, TRANSPOSED
from backprop_cli.writing.shapes import ATOM, POWER, PRODUCT, Shape, function

_OF_MATH = ("exp", "log2", "log10", "sqrt", "sin", "cos", "tan", "tanh", "floor", "abs", "sign")

_SHAPES = {
    **PYTHON.shapes,
    **{name: function(f"np.{name}") for name in _OF_MATH},
    "ln": function("np.log"),
    "pi": Shape("np.pi"),
    "sigmoid": Shape("1/(1 + np.exp(-{0}))", strength=PRODUCT, inner=(POWER,)),
    "clip": function("np.clip"),
    "inside": Shape("(({1} < {0}) & ({0} < {2}))*1", strength=PRODUCT),
    "equal": Shape("({0} == {1})*1", strength=PRODUCT),
    MATMUL: Shape(between=" @ ", strength=PRODUCT, inner=(PRODUCT, POWER)),
    HADAMARD: Shape(between="*", strength=PRODUCT, inner=(PRODUCT, PRODUCT + 1)),
    TRANSPOSED: Shape("{0}.T", strength=ATOM, inner=(ATOM,)),
    NORM: Shape("np.sum({0}**2)", inner=(ATOM,)),
    NORM_1: Shape("np.sum(np.abs({0}))"),
    SOFTMAX: function("softmax"),
    "diag": Shape("np.diag({0}.ravel())", inner=(ATOM,)),
}

_HELPERS = {
    "relu": "def relu(z):\n    return np.maximum(z, 0)",
    "relu_slope": "def relu_slope(z, at_zero=0):\n    return np.where(z > 0, 1, np.where(z < 0, 0, at_zero))",
    "leaky_relu": "def leaky_relu(z, a):\n    return np.where(z > 0, z, a*z)",
    "leaky_relu_slope": "def leaky_relu_slope(z, a):\n    return np.where(z > 0, 1, a)",
    "elu": "def elu(z, a):\n    return np.where(z > 0, z, a*np.expm1(np.minimum(z, 0)))",
    "elu_slope": "def elu_slope(z, a):\n    return np.where(z > 0, 1, a*np.exp(np.minimum(z, 0)))",
    "step": "def step(z, at_zero=1):\n    return np.where(z > 0, 1, np.where(z < 0, 0, at_zero))",
    "huber": "def huber(e, d):\n    return np.where(np.abs(e) <= d, e**2/2, d*(np.abs(e) - d/2))",
    "times_ln": "def times_ln(t, p):  # t*ln(p), where 0*ln(0) counts as 0\n"
    "    return t*np.log(np.where(t == 0, 1, p))",
    "share": "def share(t, p):  # t/p, where 0/0 counts as 0\n    return t/np.where(t == 0, 1, p)",
    "erf": "erf = np.vectorize(math.erf)",
    "max": "def largest(*values):\n    return np.max(np.broadcast_arrays(*values), axis=0)",
    "min": "def smallest(*values):\n    return np.min(np.broadcast_arrays(*values), axis=0)",
    SOFTMAX: "def softmax(z):\n    return np.exp(z)/np.sum(np.exp(z), axis=0)",
}

NUMPY = CodeDialect(
    {**_SHAPES, "erf": function("erf"), "max": function("largest"), "min": function("smallest")},
    {**{name: source for name, source in PYTHON.helpers.items() if name != "sign"}, **_HELPERS},
    PYTHON.meanings,
    PYTHON.usual,
)
