// Mathematics: MathML from pieces, with symbols or with numbers in its slots.

const MATHML = "http://www.w3.org/1998/Math/MathML";

function mathElement(tag, ...children) {
  const [name, ...attributes] = tag.split(" ");
  const element = document.createElementNS(MATHML, name);
  for (const attribute of attributes) element.setAttribute(...attribute.split("="));
  element.append(...children);
  return element;
}

/** A piece; `fill` makes what stands in a slot from a place, the piece of its symbol, and whether it stands alone. */
function piece(node, fill, alone = true) {
  const [, tag, text, inside] = /^([^|]*)\|(?:=(.*)|([\d ]*))$/.exec(data.nodes[node]);
  if (text !== undefined) return mathElement(tag, text);
  const numbers = inside.split(" ").map(Number);
  if (tag === "#") return fill(numbers[0], numbers[1], alone);
  const only = n => numbers.length === 1 || /^(mfrac|msqrt)/.test(tag) || (n > 0 && tag.startsWith("msup"));
  return mathElement(tag, ...numbers.map((one, n) => piece(one, fill, only(n))));
}

function inSymbols(place, symbol) {
  return mathElement("mrow class=used-symbol", piece(symbol, inSymbols));
}

function inNumbers(place, symbol, alone) {
  const number = mathElement("mn", short(place));
  return alone || !/[−/]/.test(number.textContent) ? number
    : mathElement("mrow", mathElement("mo", "("), number, mathElement("mo", ")"));
}

/** A formula in as many <math> as it has terms, so that a long one can be broken between them. */
function formula(node, fill) {
  const whole = piece(node, fill);
  const terms = [mathElement("math")];
  for (const child of whole.localName === "mrow" && !whole.className ? [...whole.childNodes] : [whole]) {
    if (/^[+−-]$/.test(child.textContent) && child.getAttribute?.("form") !== "prefix" && terms.at(-1).textContent.length > 9) {
      child.setAttribute("form", "infix");
      terms.push(mathElement("math"));
    }
    terms.at(-1).append(child);
  }
  return terms.flatMap(one => [one, document.createElement("wbr")]);
}

function symbolOf(place) {
  return mathElement("math", piece(data.symbols[place], inSymbols));
}
