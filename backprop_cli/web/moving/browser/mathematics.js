// Mathematics: MathML from pieces, with symbols or with numbers in its slots.

const MATHML = "http://www.w3.org/1998/Math/MathML";

function mathElement(tag, ...children) {
  const [name, ...attributes] = tag.split(" ");
  const element = document.createElementNS(MATHML, name);
  for (const attribute of attributes) element.setAttribute(...attribute.split("="));
  element.append(...children);
  return element;
}

/** A piece; `fill` makes what stands in a slot from its number, the piece of its symbol, and whether it stands alone. */
function piece(node, fill, alone = true) {
  const [, number, text, inside] = /^(\d*)\|(?:=(.*)|([\d ]*))$/.exec(data.nodes[node]), tag = data.tags[number];
  if (text !== undefined) return mathElement(tag, text);
  const numbers = inside.split(" ").map(Number);
  if (!number) return fill(numbers[0], numbers[1], alone);
  const lone = n => numbers.length === 1 || /^(mfrac|msqrt)/.test(tag) || (n > 0 && tag.startsWith("msup"));
  return mathElement(tag, ...numbers.map((one, n) => piece(one, fill, lone(n))));
}

function inSymbols(place, symbol) {
  return mathElement("mrow class=used-symbol", piece(symbol));
}

function inNumbers(place, symbol, alone) {
  const number = mathElement("mn", short(place));
  return alone || !/[−/]/.test(number.textContent) ? number
    : mathElement("mrow", mathElement("mo", "("), number, mathElement("mo", ")"));
}

/** The formula of a line in as many <math> as it has terms or long factors, so that it can be broken between them. */
function formula(line, fill) {
  const filled = (slot, symbol, alone) => fill(uses[line][slot], symbol ?? data.symbols[uses[line][slot]], alone);
  const whole = piece(data.formulas[line], filled);
  const terms = [mathElement("math")];
  for (const child of whole.localName === "mrow" && !whole.className ? [...whole.childNodes] : [whole]) {
    const least = {"+": 9, "−": 9, "-": 9, "·": 14, "⋅": 14}[child.textContent];
    if (least && child.getAttribute("form") !== "prefix" && terms.at(-1).textContent.length > least) {
      child.setAttribute("form", "infix");
      terms.push(mathElement("math"));
    }
    terms.at(-1).append(child);
  }
  return terms.flatMap(one => [one, document.createElement("wbr")]);
}

function symbolOf(place) {
  return mathElement("math", piece(data.symbols[place]));
}
