// Epochs: after the one whose texts are certified, the same lines from what the epoch before ends with.

const SLICE = 60;  // milliseconds before the page answers again
const plain = {epoch: 1, start: given};  // how far training was followed with what is given
const other = {epoch: Infinity, start: given};  // and with what was changed
let travel;

/** What is given for the next epoch: parameters have their new values, and what counts steps goes on. */
function next(start, values) {
  const later = start.slice();
  for (const [place, of] of data.current) later[of] = values[place];
  for (const [place, by] of data.counts) later[place] += by;
  return later;
}

/** Follows training to the epoch that is shown; whether it arrives in time. */
function forward(way, begin, set, end) {
  if (way.epoch > state.epoch) Object.assign(way, {epoch: 1, start: begin});
  for (; way.epoch < state.epoch; way.epoch++) {
    if (performance.now() > end) return false;
    way.start = next(way.start, workedOut(way.start, set));
  }
  return true;
}

/** What was changed among the lines: it is set by hand in every epoch. */
function setByHand() {
  return new Map([...state.changed].filter(([place]) => place >= first));
}

/** Works out the epoch that is shown, and then does what follows from it; what takes long goes on by and by. */
function reckon(then) {
  clearTimeout(travel);
  const end = performance.now() + SLICE, set = setByHand();
  const begin = given.map((value, place) => state.changed.get(place) ?? value);
  const arrived = forward(plain, given, new Map(), end) && (!state.changed.size || forward(other, begin, set, end));
  byId("epoch").setAttribute("aria-busy", !arrived);
  if (!arrived) {
    travel = setTimeout(() => reckon(then), 0);
    return;
  }
  state.base = workedOut(plain.start);
  state.values = state.changed.size ? workedOut(other.start, set) : state.base;
  then();
}

function epochs() {
  byId("epoch-choice").hidden = data.epochs < 2;
  byId("epochs").textContent = `/ ${data.epochs}`;
  byId("epoch").max = data.epochs;
  byId("epoch").addEventListener("change", event => toEpoch(Number(event.target.value)));
}

/** Shows another epoch, at this line. */
function toEpoch(epoch, step = state.step) {
  state.epoch = Math.max(1, Math.min(data.epochs, Math.round(epoch) || 1));
  state.step = step;
  byId("epoch").value = state.epoch;
  reckon(() => { show(); plot(); });
}
