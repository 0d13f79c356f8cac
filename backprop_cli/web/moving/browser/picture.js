// The picture, or the table where there is none: what is lit, and which numbers stand in it.

const NUMBERED = ["value", "weight", "bias", "delta", "target", "loss", "gradient"];
const parts = [...document.querySelectorAll("[data-quantity]")].map(element => ({
  element, name: element.dataset.quantity, role: element.dataset.role, ...numberIn(element),
}));
const placesByName = new Map();
data.keys.forEach((key, place) => placesByName.set(`${data.addresses[data.at[place]][0]}|${key}`, place));
const shownAt = addressesShown();

/** The element that holds the number of a label, and the number as it was drawn. */
function numberIn(element) {
  if (element.localName === "td") return {holder: element.firstElementChild};
  const holder = element.localName === "text" && NUMBERED.includes(element.dataset.role) ? element.lastElementChild : null;
  const found = holder && !holder.hasAttribute("font-size") && /^(.*= |\+ )?(−?[\d.,]+(?:·10[⁻⁰-⁹¹²³]+)?)$/.exec(holder.textContent);
  return found ? {holder, before: found[1] ?? "", drawn: found[2]} : {};
}

/** For each line the address whose numbers the picture shows: its own, or where its own has none, the one before. */
function addressesShown() {
  const drawn = parts.filter(part => part.role === "value" || part.role === "unit").map(part => part.name);
  const has = new Map();
  const of = line => {
    const at = data.at[first + line];
    if (!has.has(at)) has.set(at, drawn.some(name => placeAt(name, at, true) !== undefined));
    return has.get(at) ? at : undefined;
  };
  const found = uses.map((_uses, line) => of(line));
  const start = found.find(at => at !== undefined) ?? data.at[first];
  return found.reduce((all, at) => [...all, at ?? all.at(-1) ?? start], []);
}

/** The place of a name at an address: there, or in what is given for its sample, or for all. */
function placeAt(name, at, exactly = false) {
  const words = data.addresses[at][0].split(" / ");
  for (let from = 0; from <= (exactly ? 0 : words.length); from++) {
    const place = placesByName.get(`${words.slice(from).join(" / ")}|${name}`);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Lights what a line is of and what it uses, and writes the numbers that are known by then. */
function light(step) {
  const place = first + step;
  const now = new Set(lights[place]);
  const used = new Set(uses[step].flatMap(one => lightsOf(one)));
  for (const part of parts) {
    const own = part.element.localName === "td" ? part.name === String(place) : now.has(part.name);
    const source = part.element.localName === "td" ? uses[step].includes(Number(part.name)) : used.has(part.name);
    part.element.classList.toggle("now", own);
    part.element.classList.toggle("used", source && !own);
    if (part.holder) writeNumber(part, step);
  }
  const holder = document.querySelector(".picture"), lit = holder.querySelector(".now");
  if (lit) {  // where the picture is larger than its frame, the frame follows
    const box = lit.getBoundingClientRect(), frame = holder.getBoundingClientRect();
    holder.scrollLeft += (box.left + box.right)/2 - (frame.left + frame.right)/2;
    holder.scrollTop += (box.top + box.bottom)/2 - (frame.top + frame.bottom)/2;
  }
}

/** Of what is used, its own label, and the unit that it is of where it has none. */
function lightsOf(place) {
  return data.keys[place].startsWith("d") || lights[place].length < 2 ? lights[place].slice(0, 1) : lights[place];
}

function writeNumber(part, step) {
  const table = part.element.localName === "td";
  let place = table ? Number(part.name) : placeAt(part.name, shownAt[step]);
  if (!table && place !== undefined && place < first) place = currentPlace(place, first + step + 1);
  const known = place !== undefined && (place <= first + step || state.changed.size > 0);
  part.element.classList.toggle("later", !known);
  part.element.classList.toggle("changed", known && isComputed(place));
  if (place === undefined) return;
  const asDrawn = !table && same(Number(part.drawn.replace(",", ".").replace("−", "-")), Number(figure(place).toPrecision(4)));
  part.holder.textContent = table ? short(place) : part.before + (asDrawn ? part.drawn : written(figure(place), 4));
}
