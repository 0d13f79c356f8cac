// The landscape: the loss over one or two weights, and the descent on it.

const canvas = byId("plot");
const ROUNDS = 40;
const scale = {zoom: 1, paper: false};
const PAPER = {ink: "#000", faint: "#57606a", mark: "#0b57b0", now: "#b3380a", low: "#e3edf9", high: "#fdecd2"};

function weights() {
  const places = [...data.weights];
  if (!data.losses.length || !places.length) return;
  const moved = place => Math.abs(data.current.reduce((sum, [now, of]) => of === place ? base[now] - base[of] : sum, 0));
  places.sort((a, b) => moved(b) - moved(a));  // those that move farthest are looked at first
  byId("upwards").append(make("option", {value: -1}, "–"));
  for (const place of places) {
    for (const id of ["across", "upwards"]) byId(id).append(make("option", {value: place}, data.keys[place]));
  }
  if (places.length > 1) byId("upwards").value = places[1];
  byId("landscape").hidden = false;
}

/** The loss that is looked at: that of the pass of the line that is worked on, else the first one. */
function lossPlace() {
  const pass = items[state.step].pass;
  return data.losses.find(place => items[place - first].pass === pass) ?? data.losses[0];
}

/** The name of a loss, with its sample or epoch where there are several. */
function lossName(loss) {
  return data.losses.length > 1 ? `${data.keys[loss]} (${data.addresses[data.at[loss]][1]})` : data.keys[loss];
}

/** Where a pass begins, as a place. */
function beginning(pass) {
  return first + items.findIndex(one => one.pass === pass);
}

/** The values of the weights and of the loss, pass after pass, then on with the new values where that may be done. */
function descent(loss, chosen) {
  const points = [], key = data.keys[loss];
  const kind = place => data.addresses[data.at[place]][0].replace(/epoch \d+( \/ )?/, "");
  let start = given.map((_value, place) => state.values[place]);
  const set = setByHand();
  for (let round = 0; round < (data.counts && data.current.length ? ROUNDS : 1); round++) {
    const values = workedOut(start, set);
    for (const place of data.losses) {
      if (data.keys[place] !== key || kind(place) !== kind(loss)) continue;
      const begins = beginning(items[place - first].pass);
      points.push([...chosen.map(one => values[currentPlace(one, begins)]), values[place]]);
    }
    if (data.counts) start = next(start, values);
    if (points.some(point => point.some(value => !(Math.abs(value) < 1e6)))) break;
  }
  return points.filter(point => point.every(value => Math.abs(value) < 1e6));
}

/** From where to where an axis goes: around the descent, and some way beyond. */
function range(values) {
  const middle = values[0], near = values.filter(value => Math.abs(value - middle) < 12*Math.max(Math.abs(values[1] - middle) || 0, 0.1));
  const low = Math.min(...near), high = Math.max(...near);
  const margin = Math.max(0.3*(high - low), 0.5, 0.25*Math.abs(middle))*scale.zoom;
  return [low - margin, high + margin];
}

function plot() {
  if (byId("landscape").hidden) return;
  const loss = lossPlace();
  const chosen = [Number(byId("across").value), Number(byId("upwards").value)].filter((one, n, all) => one >= 0 && all.indexOf(one) === n);
  const points = descent(loss, chosen);
  if (!points.length) return;
  const begins = beginning(items[loss - first].pass);
  const start = given.map((_value, place) => state.values[place]);
  const at = numbers => {
    const instead = setByHand();
    chosen.forEach((one, n) => instead.set(currentPlace(one, begins), numbers[n]));
    return workedOut(start, instead, loss)[loss];
  };
  const ranges = chosen.map((_one, n) => range(points.map(point => point[n])));
  const box = surface();
  if (chosen.length === 1) curve(box, ranges[0], at, points);
  else map(box, ranges, at, points);
  axes(box, ranges, chosen, loss);
  const end = points.at(-1);
  const said = say(points.length > 1 ? data.words.plot : data.words.point, {
    loss: lossName(loss), from: written(points[0].at(-1), 4), to: written(end.at(-1), 4), steps: points.length - 1,
    place: chosen.map((one, n) => `${data.keys[one]} = ${written(points[0][n], 4)}`).join(", "),
  });
  byId("plot-said").textContent = `${said} (${data.words.here})`;
  canvas.setAttribute("aria-label", said);
}

/** A colour of the page; on paper, which is light, one that suits it. */
function colour(name) {
  return scale.paper ? PAPER[name] : getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}

/** The drawing surface: its size in pixels of the page, and its frame. */
function surface() {
  const {width, height} = canvas.getBoundingClientRect(), dense = window.devicePixelRatio || 1;
  canvas.width = width*dense;
  canvas.height = height*dense;
  const pen = canvas.getContext("2d");
  pen.scale(dense, dense);
  pen.font = "12px system-ui, sans-serif";
  return {pen, left: 56, top: 10, right: width - 12, bottom: height - 36};
}

function scaled([low, high], from, to) {
  return value => from + (value - low)/(high - low)*(to - from);
}

function curve(box, across, at, points) {
  const {pen} = box, count = 160;
  const xs = Array.from({length: count + 1}, (_one, n) => across[0] + (across[1] - across[0])*n/count);
  const ys = xs.map(x => at([x]));
  const finite = [...ys, ...points.map(point => point[1])].filter(Number.isFinite);
  const sorted = [...finite].sort((a, b) => a - b), low = sorted[0];
  const high = Math.min(sorted.at(-1), Math.max(...points.map(point => point[1]), low)*3 + 1e-9 - 2*low) || sorted.at(-1);
  box.up = [low - 0.05*(high - low) - 1e-12, high + 0.05*(high - low) + 1e-12];
  const x = scaled(across, box.left, box.right), y = scaled(box.up, box.bottom, box.top);
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  path(pen, xs.map((one, n) => [x(one), y(ys[n])]), colour("mark"), 2);
  trail(pen, points.map(point => [x(point[0]), y(point[1])]));
  pen.restore();
}

function path(pen, places, ink, width) {
  pen.beginPath();
  let on = false;
  for (const [x, y] of places) {
    if (!Number.isFinite(y)) on = false;
    else if (on) pen.lineTo(x, y);
    else { pen.moveTo(x, y); on = true; }
  }
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.stroke();
}

/** The descent: its way, a dot at each step, a ring where it begins. */
function trail(pen, places) {
  path(pen, places, colour("now"), 1.5);
  places.forEach(([x, y], n) => {
    pen.beginPath();
    pen.arc(x, y, n ? 2.5 : 6, 0, 2*Math.PI);
    pen.fillStyle = pen.strokeStyle = colour("now");
    if (n) pen.fill(); else { pen.lineWidth = 3; pen.stroke(); }
  });
}

/** Lines of equal loss over two weights. */
function map(box, [across, upwards], at, points) {
  const {pen} = box, count = Math.max(12, Math.min(40, Math.floor(Math.sqrt(4e5/lines.length))));
  const along = ([low, high]) => Array.from({length: count + 1}, (_one, n) => low + (high - low)*n/count);
  const xs = along(across), ys = along(upwards), grid = ys.map(y => xs.map(x => at([x, y])));
  const sorted = grid.flat().filter(Number.isFinite).sort((a, b) => a - b);
  const levels = Array.from({length: 12}, (_one, n) => sorted[Math.floor((n + 0.5)/12*(sorted.length - 1))]);
  const x = scaled(across, box.left, box.right), y = scaled(upwards, box.bottom, box.top);
  box.up = upwards;
  grid.slice(0, -1).forEach((row, j) => row.slice(0, -1).forEach((value, i) => {
    pen.fillStyle = value <= sorted[Math.floor(sorted.length/2)] ? colour("low") : colour("high");
    pen.globalAlpha = 0.15 + 0.85*Math.abs(rank(sorted, value) - 0.5)*2;
    if (Number.isFinite(value)) pen.fillRect(x(xs[i]), y(ys[j + 1]), x(xs[i + 1]) - x(xs[i]) + 0.5, y(ys[j]) - y(ys[j + 1]) + 0.5);
  }));
  pen.globalAlpha = 1;
  pen.beginPath();
  for (const level of levels) {
    for (let j = 0; j < count; j++) for (let i = 0; i < count; i++) contour(pen, level, grid, xs, ys, i, j, x, y);
  }
  pen.strokeStyle = colour("faint");
  pen.lineWidth = 0.8;
  pen.stroke();
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.clip();
  trail(pen, points.map(point => [x(point[0]), y(point[1])]));
  pen.restore();
}

/** The share of sorted values that are smaller. */
function rank(sorted, value) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1; else high = middle;
  }
  return low/Math.max(1, sorted.length - 1);
}

/** Where a level crosses the sides of one square of the grid, joined by a line. */
function contour(pen, level, grid, xs, ys, i, j, x, y) {
  const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], crossings = [];
  corners.forEach(([a, b], n) => {
    const [c, d] = corners[(n + 1) % 4], from = grid[b][a], to = grid[d][c];
    if ((from < level) === (to < level) || !Number.isFinite(from + to)) return;
    const share = (level - from)/(to - from);
    crossings.push([x(xs[a] + share*(xs[c] - xs[a])), y(ys[b] + share*(ys[d] - ys[b]))]);
  });
  for (let n = 0; n + 1 < crossings.length; n += 2) {
    pen.moveTo(...crossings[n]);
    pen.lineTo(...crossings[n + 1]);
  }
}

function ticks([low, high]) {
  const rough = (high - low)/4, power = 10**Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(one => one*power).find(one => one >= rough);
  const found = [];
  for (let n = Math.ceil(low/step); n*step <= high; n++) found.push(n*step);
  return found;
}

function axes(box, ranges, chosen, loss) {
  const {pen} = box, x = scaled(ranges[0], box.left, box.right), y = scaled(box.up, box.bottom, box.top);
  pen.strokeStyle = pen.fillStyle = colour("ink");
  pen.lineWidth = 1;
  pen.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.textAlign = "center";
  for (const tick of ticks(ranges[0])) {
    const text = written(tick, 4), end = box.right + 10 - pen.measureText(text).width/2;
    pen.fillText(text, Math.min(x(tick), end), box.bottom + 15);
  }
  pen.fillText(data.keys[chosen[0]], (box.left + box.right)/2, box.bottom + 31);
  pen.textAlign = "right";
  for (const tick of ticks(box.up)) pen.fillText(written(tick, 3), box.left - 5, y(tick) + 4);
  pen.textAlign = "left";
  pen.fillText(chosen.length > 1 ? data.keys[chosen[1]] : lossName(loss), box.left + 6, box.top + 14);
}
