// Values: the lines worked out with what is given, and again with what was changed.

const data = JSON.parse(document.getElementById("data").textContent);
for (const name of ["keys", "texts", "nodes"]) data[name] = data[name].slice(1).split(data[name][0]);
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
const state = {values: base, base, changed: new Map(), step: 0, epoch: 1};  // base: this epoch with what is given

/** Whether a value follows from what was changed. */
function isChanged(place) {
  return !same(state.values[place], state.base[place]);
}

/** Whether a value was worked out here: by what was changed, or in another epoch than the one with certified texts. */
function isComputed(place) {
  return !same(state.values[place], base[place]);
}

/** What stands behind the symbol: the certified text, or what was worked out here. */
function equation(place) {
  return isComputed(place) ? `≈ ${written(state.values[place])}` : data.texts[place];
}

/** The same without what was changed. */
function unchanged(place) {
  return same(state.base[place], base[place]) ? data.texts[place] : `≈ ${written(state.base[place])}`;
}

/** The shortest text of a value, to be put into a formula. */
function short(place) {
  return isComputed(place) ? written(state.values[place]) : data.texts[place].split(/ ?[=≈] /)[1];
}

/** A value as a number: that of the certified text, as far as it was not changed. */
function figure(place) {
  const text = data.texts[place].split(/ ?[=≈] /).at(-1);
  const digits = text.replace("−", "-").replace(",", ".").replace("·10", "e").replace(/[⁻⁰-⁹¹²³]/g, one => PLAIN[one]);
  return isComputed(place) || Number.isNaN(Number(digits)) ? state.values[place] : Number(digits);
}

/** Sets a number that is given to another value, or back where that is undefined. */
function change(place, value) {
  if (value === undefined || same(value, base[place])) state.changed.delete(place);
  else state.changed.set(place, value);
  other.epoch = Infinity;  // from the first epoch on
}

/** The place where a parameter has its value before a line: its last update, or itself. */
function currentPlace(parameter, before) {
  let found = parameter;
  for (const [place, of] of data.current) if (of === parameter && place < before) found = place;
  return found;
}
