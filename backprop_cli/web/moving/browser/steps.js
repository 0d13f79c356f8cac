// The steps: the line that is worked on, the list of all lines, and what moves from one to the next.

const byId = id => document.getElementById(id);
const items = [];
let timer;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The message with what stands in its {fields}. */
function say(message, fields) {
  return message.replace(/\{(\w+)\}/g, (_whole, name) => fields[name]);
}

function list() {
  let line = 0;
  data.parts.forEach(([words, phases], pass) => {
    const holder = data.parts.length > 1 ? make("details", {open: pass === 0}, make("summary", {}, words)) : make("div");
    for (const [phase, count] of phases) {
      const inside = make("ol");
      for (let number = 0; number < count; number++, line++) inside.append(item(line, pass));
      holder.append(make("h3", {}, phase), inside);
    }
    byId("lines").append(holder);
    byId("pass").append(make("option", {value: items.findIndex(one => one.pass === pass)}, words));
  });
  byId("pass-choice").hidden = data.parts.length < 2;
}

function item(line, pass) {
  const place = first + line;
  const text = make("span", {className: "text"}), whole = make("span", {className: "whole"});
  const button = make("button", {type: "button"}, make("span", {className: "name"}, symbolOf(place)), whole, text);
  button.addEventListener("click", () => go(line));
  items.push({button, text, whole, pass});
  return make("li", {}, button);
}

function write(step) {
  const used = new Set(uses[step]);
  items.forEach(({button, text}, line) => {
    const place = first + line;
    button.classList.toggle("later", line > step && !state.changed.size);
    button.classList.toggle("changed", isComputed(place));
    button.classList.toggle("uses", used.has(place));
    text.replaceChildren(equation(place), ...earlier(place));
    if (line === step) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
  });
}

function lineOf(step) {
  const place = first + step, node = data.formulas[step];
  const rows = [[symbolOf(place)]];
  if (node >= 0) {
    rows[0].push(" = ", ...formula(step, inSymbols));
    if (uses[step].length) rows.push(["= ", ...formula(step, inNumbers)]);
  }
  if (node === -1) rows[0].push(` (${data.words.prescribed})`);
  return [...rows.map(row => make("div", {}, ...row)), make("div", {className: "value"}, equation(place), ...earlier(place),
    ...(isComputed(place) ? [` (${data.words.here})`] : []))];
}

/** What stood there before something was changed. */
function earlier(place) {
  return isChanged(place) ? [" ", make("s", {}, unchanged(place))] : [];
}

/** On paper every line stands with its formula, in symbols and in numbers. */
function writeOut() {
  items.forEach(({whole}, line) => {
    const used = uses[line].length > 0, has = data.formulas[line] >= 0;
    whole.replaceChildren(" ", ...(has ? ["= ", ...formula(line, inSymbols), " "] : []), ...(has && used ? ["= ", ...formula(line, inNumbers), " "] : []));
  });
}

/** Shows a line as the one that is worked on. */
function go(step) {
  if (step < 0 && state.epoch > 1) return toEpoch(state.epoch - 1, lines.length - 1);
  if (step >= lines.length && state.epoch < data.epochs) return toEpoch(state.epoch + 1, 0);
  state.step = Math.max(0, Math.min(lines.length - 1, step));
  show();
}

function show() {
  const {step} = state, place = first + step;
  write(step);
  light(step);
  byId("line").replaceChildren(...lineOf(step));
  byId("slider").value = step;
  const count = say(data.words.count, {line: step + 1, lines: lines.length});
  byId("count").textContent = `${step + 1}/${lines.length}`;
  const where = data.parts.length > 1 ? `${data.parts[items[step].pass][0]}: ` : "";
  const when = data.epochs > 1 ? `${say(data.words.epoch, {n: state.epoch})}: ` : "";
  byId("slider").setAttribute("aria-valuetext", count);
  if (!timer) byId("said").textContent = `${when}${where}${count}: ${data.keys[place]} ${equation(place)}`;
  byId("back").disabled = step === 0 && state.epoch === 1;
  byId("next").disabled = step === lines.length - 1 && state.epoch >= data.epochs;
  byId("unit").value = lights[place].find(name => [...byId("unit").options].some(one => one.value === name)) ?? "";
  if (data.parts.length > 1) {
    const pass = items[step].pass;
    byId("pass").selectedIndex = pass;
    items[step].button.closest("details").open = true;
  }
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => {
    go(state.step + 1);
    if (state.step === lines.length - 1) play(false);
  }, 1200) : undefined;
  byId("play").textContent = on ? data.words.pause : data.words.play;
  if (!on) show();
}

function units() {
  const shapes = parts.filter(part => part.role === "unit" || part.role === "gate").map(part => part.name);
  const found = new Set(uses.flatMap((_uses, step) => lights[first + step].filter(one => shapes.includes(one))));
  byId("unit").append(make("option", {value: ""}, "–"));
  for (const name of found) byId("unit").append(make("option", {value: name}, name.replace(/^out_/, "")));
  byId("unit-choice").hidden = found.size < 2;
}

/** The next line that a part of the picture is worked on in. */
function goTo(name) {
  const of = step => lights[first + step].includes(name) || String(first + step) === name;
  const all = uses.map((_uses, step) => step).filter(of);
  const here = all.filter(step => items[step].pass === items[state.step].pass);
  const among = here.length ? here : all;
  if (among.length) go(among.find(step => step > state.step) ?? among[0]);
}
