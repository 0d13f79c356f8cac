// Values: the lines worked out with what is given, and again with what was changed.

const data = JSON.parse(document.getElementById("data").textContent);
data.keys = data.keys.split(" ");
data.at = data.at.flatMap(([address, times]) => Array(times).fill(address));
data.texts = data.texts.map(text => /^[=≈] /.test(text) ? text : `= ${text}`);
const first = given.length;  // the place of the first line
const lights = data.lights.map((one, place) => one ? one.map(number => data.named[number]) : [data.keys[place]]);

/** All values: `start` is what is given, `instead` has what is set by hand; up to the place `last`. */
function workedOut(start, instead = new Map(), last = Infinity) {
  const values = start.slice();
  for (let place = 0; place < first; place++) if (instead.has(place)) values[place] = instead.get(place);
  for (let place = first; place < first + lines.length && place <= last; place++) {
    values.push(instead.has(place) ? instead.get(place) : lines[place - first](values));
  }
  return values;
}

const base = workedOut(given);
const state = {values: base, changed: new Map(), step: 0};

function isChanged(place) {
  return !same(state.values[place], base[place]);
}

/** What stands behind the symbol: the certified text, or what was worked out here. */
function equation(place) {
  return isChanged(place) ? `≈ ${written(state.values[place])}` : data.texts[place];
}

/** The shortest text of a value, to be put into a formula. */
function short(place) {
  return isChanged(place) ? written(state.values[place]) : data.texts[place].split(/ ?[=≈] /)[1];
}

/** A value as a number: that of the certified text, as far as it was not changed. */
function figure(place) {
  const text = data.texts[place].split(/ ?[=≈] /).at(-1);
  const digits = text.replace("−", "-").replace(",", ".").replace("·10", "e").replace(/[⁻⁰-⁹¹²³]/g, one => PLAIN[one]);
  return isChanged(place) || Number.isNaN(Number(digits)) ? state.values[place] : Number(digits);
}

/** Sets a number that is given to another value, or back where that is undefined. */
function change(place, value) {
  if (value === undefined || same(value, base[place])) state.changed.delete(place);
  else state.changed.set(place, value);
  state.values = state.changed.size ? workedOut(given, state.changed) : base;
}

/** The place where a parameter has its value before a line: its last update, or itself. */
function currentPlace(parameter, before) {
  let found = parameter;
  for (const [place, of] of data.current) if (of === parameter && place < before) found = place;
  return found;
}
