// Numbers: how they are read, written, and compared.

const FIGURES = 9;
const RAISED = {"-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹"};
const PLAIN = Object.fromEntries(Object.entries(RAISED).map(([plain, raised]) => [raised, plain]));

/** Whether two values are the same but for what floats lose. */
function same(a, b) {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-12*Math.max(Math.abs(a), Math.abs(b));
}

/** A value as it is written: −0.138498562, 2·10⁻⁵. */
function written(value, figures = FIGURES) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? data.words.none : value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = String(Number(value.toPrecision(figures))).split("e");
  const text = mantissa.replace("-", "−").replace(".", data.comma);
  return exponent ? `${text}·10${[...exponent.replace("+", "")].map(one => RAISED[one]).join("")}` : text;
}

/** The number that a text is: −0.5, 0,5, 1/3, 2e-3; NaN for what is none. */
function read(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+\.?\d*))?$/i.exec(plain);
  const value = found ? Number(found[1])/Number(found[2] ?? 1) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
