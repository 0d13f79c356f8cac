// Changes: what is given can be set to other numbers, and the lines that follow are marked.

const inputs = new Map();

function givenNumbers() {
  for (const [words, ...places] of data.given) {
    const group = make("div", {className: "groups"}, ...places.map(place => input(place, words)));
    const many = places.length > 12;
    byId("given").append(many ? make("details", {}, make("summary", {}, words), group)
      : make("fieldset", {}, make("legend", {}, words), group));
  }
}

function input(place) {
  const field = make("input", {type: "text", inputMode: "text", value: data.texts[place].replace(/^[=≈] /, ""), autocomplete: "off"});
  const [at, words] = data.addresses[data.at[place]], where = at && words;
  field.setAttribute("aria-label", where ? `${data.keys[place]} (${where})` : data.keys[place]);
  field.addEventListener("input", () => changed(place, field));
  inputs.set(place, {field, text: field.value});
  return make("label", {}, make("span", {}, symbolOf(place), ...(where ? [make("br"), make("small", {}, where)] : [])), field);
}

function changed(place, field) {
  const value = field.value === inputs.get(place).text ? undefined : read(field.value);
  const wrong = Number.isNaN(value);
  field.setAttribute("aria-invalid", wrong);
  if (wrong) {
    byId("follow").textContent = say(data.words.wrong, {text: field.value});
    return;
  }
  change(place, value);
  reckon(follow);
}

/** Says how many lines follow, and shows them. */
function follow() {
  const count = lines.filter((_line, line) => isChanged(first + line)).length;
  const words = count === 1 ? data.words.follows : data.words.follow;
  show();
  plot();
  byId("follow").textContent = state.changed.size ? say(words, {count, lines: lines.length}) : "";
  if (state.changed.size) byId("said").textContent = byId("follow").textContent;
  byId("reset").hidden = !state.changed.size;
  for (const [place, {field}] of inputs) field.classList.toggle("changed", state.changed.has(place));
}

function reset() {
  state.changed.clear();
  for (const {field, text} of inputs.values()) {
    field.value = text;
    field.setAttribute("aria-invalid", false);
  }
  reckon(follow);
}
