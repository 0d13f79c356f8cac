"use strict";
/* The page that marks: lists of lines, what the engine says of them, and what is kept in this browser. */

const setting = JSON.parse(document.getElementById("setting").textContent);
const words = setting.words;
const $ = (id) => document.getElementById(id);
const MINUTE = 60_000;

function element(tag, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}

const filled = (message, fields) => message.replace(/\{(\w+)\}/g, (_all, name) => fields[name] ?? "");

/** Says something to who does not see the page; it is the only place that does. */
const announce = (said) => { $("live").textContent = said; };

// ---- what is kept ----------------------------------------------------------------------------------------------

const kept = {
  key: "backprop:" + setting.id,
  works: true,
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(this.key + ":" + name));
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(this.key + ":" + name, JSON.stringify(value));
    } catch {
      if (this.works) $("engine").after(element("p", { className: "failed", textContent: words.kept_not }));
      this.works = false;
    }
  },
};

// ---- the engine ------------------------------------------------------------------------------------------------

const engine = {
  worker: null,
  ready: false,
  waiting: new Map(),
  number: 0,
  watch: 0,

  start() {
    if (typeof WebAssembly !== "object") {
      this.fail(words.no_wasm, false);
      return;
    }
    const source = $("worker").textContent;
    this.worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    this.worker.onmessage = ({ data }) => this.heard(data);
    this.worker.onerror = (event) => this.fail(filled(words.start, { reason: event.message || "" }));
    const files = {};
    for (const one of document.querySelectorAll("script.file")) {
      files[one.dataset.name] = { text: one.textContent, packed: one.dataset.packed === "yes" };
    }
    const base = location.href.replace(/[?#].*$/, "").replace(/[^/]*$/, "");
    this.worker.postMessage({ start: { files, base, sizes: setting.sizes, setting: JSON.stringify(setting.carried) } });
    this.say(words.loading);
    this.look();
  },

  /** Tells somebody who has waited for a minute without anything new. */
  look() {
    clearTimeout(this.watch);
    if (this.ready && !this.waiting.size) return;
    this.watch = setTimeout(() => this.slow(), MINUTE);
  },

  slow() {
    this.say(words.slow);
    $("again").hidden = false;
    announce(words.slow);
  },

  heard(data) {
    this.look();
    if (data.progress) {
      $("progress").value = data.fraction;
      this.say(words[data.progress]);
    } else if (data.ready) {
      this.ready = true;
      this.say(words.ready);
      $("progress").hidden = $("again").hidden = true;
      document.body.dataset.ready = "yes";
      announce(words.ready);
      for (const one of listeners) one();
      this.look();
    } else if (data.failed) {
      const { kind, file, reason } = data.failed;
      this.fail(filled(words[kind] || words.start, { file, reason }));
    } else {
      const resolve = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (!this.waiting.size && this.ready) {
        $("again").hidden = true;
        this.say(words.ready);
      }
      this.look();
      if (resolve) resolve(data.answer);
    }
  },

  say(said) {
    if ($("engine-said").textContent !== said) $("engine-said").textContent = said;
  },

  fail(said, again = true) {
    clearTimeout(this.watch);
    this.say(said);
    $("engine").classList.add("failed");
    $("progress").hidden = true;
    $("again").hidden = !again;
    document.body.dataset.failed = "yes";
    announce(said);
  },

  again() {
    if (this.worker) this.worker.terminate();
    for (const resolve of this.waiting.values()) resolve({ error: words.slow });
    this.waiting.clear();
    this.ready = false;
    delete document.body.dataset.failed;
    delete document.body.dataset.ready;
    $("engine").classList.remove("failed");
    $("progress").hidden = false;
    $("again").hidden = true;
    this.start();
  },

  /** The result of a call; where there is an error, it is said and the result is null. */
  async call(name, ...values) {
    const answer = await new Promise((resolve) => {
      this.number += 1;
      this.waiting.set(this.number, resolve);
      this.worker.postMessage({ id: this.number, message: { call: name, with: values } });
      this.look();
    });
    if (!answer.error) return answer.result;
    this.say(answer.error);
    announce(answer.error);
    return null;
  },
};
const listeners = []; // called when the engine is ready

// ---- what is said ----------------------------------------------------------------------------------------------

const SIGNS = { right: "✓", wrong: "✗", near: "≈" };
const NEAR = new Set(["too few digits", "near miss"]);
const toneOf = (verdict) => (verdict.right ? "right" : NEAR.has(verdict.verdict) ? "near" : "wrong");
const equation = (one) => [one.left, ...one.sides.flatMap(([sign, text]) => [sign, text])].join(" ");
const asText = (said) => said.map((one) => (one.say === undefined ? equation(one) : one.say)).join(" ");

function shown(said) {
  return said.map((one) => {
    if (one.say !== undefined) return element("p", { className: one.tone }, one.say);
    const label = one.label ? element("span", { className: "words" }, one.label + "  ") : "";
    return element("p", { className: "equation", tabIndex: 0 }, label, equation(one));
  });
}

// ---- a sheet of lines ------------------------------------------------------------------------------------------

/** The lines of one exercise: `calls` says what the engine's calls are named, and what stands before the key. */
class Sheet {
  constructor(place, data, prefix, calls, store) {
    Object.assign(this, { place, data, prefix, calls, store });
    this.lines = new Map();
    this.differs = new Set(data.lines.map((one) => one.marks)).size > 1; // whether a line is worth more than another
    this.at = 0;
    this.build();
  }

  build() {
    const list = element("div", { className: "list" });
    let part = null;
    for (const [index, line] of this.data.lines.entries()) {
      if (line.heading) {
        part = element("h3", { textContent: line.heading });
        list.append(part);
      }
      const one = new Line(this, line, `${this.prefix}-${index}`, part);
      this.lines.set(line.key, one);
      list.append(one.place);
    }
    this.order = [...this.lines.values()];
    this.back = element("button", { type: "button", textContent: words.back, onclick: () => this.step(-1) });
    this.next = element("button", { type: "button", textContent: words.next, onclick: () => this.step(1) });
    this.count = element("span");
    this.place.replaceChildren(list, element("div", { className: "steps" }, this.back, this.count, this.next));
    this.show();
  }

  texts() {
    const found = {};
    for (const [key, line] of this.lines) if (line.field.value.trim()) found[key] = line.field.value;
    return found;
  }

  step(by) {
    this.at = Math.min(Math.max(this.at + by, 0), this.order.length - 1);
    this.show();
    this.order[this.at].field.focus();
  }

  /** Marks the line that is shown where lines are shown one after the other. */
  show() {
    for (const one of this.place.querySelectorAll(".current")) one.classList.remove("current");
    const line = this.order[this.at];
    if (!line) return;
    line.place.classList.add("current");
    if (line.part) line.part.classList.add("current");
    this.back.disabled = this.at === 0;
    this.next.disabled = this.at === this.order.length - 1;
    this.count.textContent = filled(words.line_of, { n: this.at + 1, count: this.order.length });
  }

  after(line) {
    const next = this.order[this.order.indexOf(line) + 1];
    if (!next) return;
    if (document.body.classList.contains("one")) {
      if (line.place.dataset.tone === "right") this.step(1);
    } else {
      next.field.focus();
    }
  }

  get tried() {
    return this.order.every((one) => one.state.tried);
  }
}

class Line {
  constructor(sheet, data, id, part) {
    Object.assign(this, { sheet, data, id, part });
    this.state = sheet.store.line(data.key);
    this.build();
  }

  build() {
    const { data, id } = this;
    this.field = data.kind === "word" ? this.select() : element("input", { type: "text", autocomplete: "off", spellcheck: false });
    this.field.id = id;
    this.field.setAttribute("autocapitalize", "off");
    this.field.setAttribute("aria-describedby", id + "-said");
    this.field.value = this.state.answer;
    this.field.oninput = () => this.typed();
    this.field.onchange = () => this.left();
    this.field.onkeydown = (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.left().then(() => this.sheet.after(this));
    };
    this.help = element("button", { type: "button", className: "help", disabled: true, onclick: () => this.hint() });
    this.rule = element("button", { type: "button", className: "rule", disabled: true, textContent: words.rule, onclick: () => this.why() });
    this.said = element("div", { className: "said", id: id + "-said" });
    this.helped = element("div", { className: "helped" });
    const label = element("label", { htmlFor: id }, element("span", { className: "symbol" }, data.symbol));
    if (data.words) label.append(" ", element("span", { className: "words" }, data.words));
    if (data.digits) label.append(" ", element("span", { className: "digits" }, "(" + data.digits + ")"));
    if (this.sheet.differs) label.append(" ", element("span", { className: "worth" }, filled(words.worth, { n: data.marks })));
    if (data.given.length) label.append(element("span", { className: "words" }, " " + words.given + ": " + data.given.join(", ")));
    const answer = element("div", { className: "answer" }, this.field, this.help, this.rule);
    this.place = element("div", { className: "line" }, label, answer, this.said, this.helped);
    this.place.dataset.key = data.key;
    this.nameHelp();
  }

  select() {
    const made = element("select", {}, element("option", { value: "", textContent: words.choose }));
    made.append(...this.data.choices.map((one) => element("option", { value: one, textContent: one })));
    return made;
  }

  nameHelp() {
    this.help.textContent = this.state.hints ? words.hint_again : words.hint;
    this.help.disabled = !engine.ready || this.state.hints >= this.data.levels;
    this.rule.disabled = !engine.ready;
    this.help.setAttribute("aria-label", `${this.help.textContent}: ${this.data.symbol}`);
    this.rule.setAttribute("aria-label", `${words.rule} ${this.data.symbol}`);
  }

  typed() {
    this.state.answer = this.field.value;
    this.sheet.store.keep();
    this.said.replaceChildren();
    delete this.place.dataset.tone;
    delete this.place.dataset.verdict;
  }

  async left() {
    this.typed();
    if (!engine.ready) {
      if (this.field.value.trim()) this.said.replaceChildren(element("p", { className: "words" }, words.waits));
      return;
    }
    this.mine = true;
    await this.sheet.calls.check();
  }

  /** Shows what is said of the answer; a line that was just typed is also told to who listens. */
  tell(verdict) {
    const mine = this.mine;
    this.mine = false;
    if (!verdict) {
      this.said.replaceChildren();
      delete this.place.dataset.tone;
      return;
    }
    const tone = toneOf(verdict);
    this.place.dataset.tone = tone;
    this.place.dataset.verdict = verdict.verdict;
    const inside = shown(verdict.said);
    if (inside.length) inside[0].prepend(element("span", { className: "sign", ariaHidden: "true" }, SIGNS[tone]));
    this.said.replaceChildren(...inside);
    if (!mine) return;
    const again = this.state.judged === this.field.value;
    this.state.judged = this.field.value;
    this.state.tried = true;
    if (tone === "wrong" && !again && verdict.verdict !== "unreadable") this.state.wrong += 1;
    this.sheet.store.keep();
    announce(`${this.data.symbol}: ${asText(verdict.said)}`);
  }

  async hint() {
    const found = await this.sheet.calls.hint(this.data.key, this.state.hints + 1);
    if (!found) return;
    this.state.hints = found.level;
    if (found.level >= this.data.levels) this.state.tried = true;
    this.sheet.store.keep();
    this.helped.append(...shown(found.said));
    this.nameHelp();
    announce(asText(found.said));
    this.sheet.calls.changed();
  }

  async why() {
    const said = await this.sheet.calls.why(this.data.key);
    if (!said) return;
    this.helped.append(...shown(said));
    this.rule.disabled = true;
    announce(asText(said));
  }
}

/** What is kept of the lines of one exercise, by their keys. */
class Store {
  constructor(name) {
    this.name = name;
    const found = kept.read(name);
    this.lines = found && typeof found === "object" && !Array.isArray(found) ? found : {};
  }

  line(key) {
    const was = this.lines[key] || {};
    return (this.lines[key] = {
      answer: String(was.answer || ""), hints: Number(was.hints) || 0, wrong: Number(was.wrong) || 0,
      tried: Boolean(was.tried), judged: was.judged,
    });
  }

  keep() {
    kept.write(this.name, this.lines);
  }
}

// ---- the assignment --------------------------------------------------------------------------------------------

const work = {
  sheets: [],
  busy: null,
  again: false,

  build() {
    for (const [index, data] of setting.exercises.entries()) {
      const section = document.querySelector(`[data-exercise="${index}"]`);
      const calls = {
        check: () => this.check(),
        hint: (key, level) => engine.call("hint", index, key, level, this.sheets[index].texts()),
        why: (key) => engine.call("why", index, key),
        changed: () => this.open(),
      };
      const sheet = new Sheet(section.querySelector(".asked"), data, `line-${index}`, calls, new Store("exercise-" + index));
      sheet.solve = section.querySelector(".solve");
      sheet.solution = section.querySelector(".solution");
      sheet.whyNot = section.querySelector(".why-not");
      sheet.solve.onclick = () => this.solution(sheet, index);
      this.sheets.push(sheet);
    }
    this.open();
  },

  texts() {
    return this.sheets.map((one) => one.texts());
  },

  /** Judges all that is typed; while that goes on, once more behind it is enough. */
  async check() {
    if (this.busy) {
      this.again = true;
      return this.busy;
    }
    this.busy = (async () => {
      do {
        this.again = false;
        const texts = this.texts();
        const found = await engine.call("check", texts);
        if (found && !this.again) this.tell(found, texts);
      } while (this.again);
    })();
    await this.busy;
    this.busy = null;
    return undefined;
  },

  tell(found, texts) {
    for (const [index, sheet] of this.sheets.entries()) {
      for (const [key, line] of sheet.lines) {
        if ((line.field.value.trim() ? line.field.value : undefined) === texts[index][key]) {
          line.tell(found.exercises[index].lines[key]);
        }
      }
    }
    $("marks").textContent = found.marks.said;
    document.body.dataset.percent = found.marks.percent;
    this.open();
    for (const one of reporters) one(found, texts);
  },

  /** Opens the worked solutions of the exercises of which every line has been tried. */
  open() {
    for (const sheet of this.sheets) {
      sheet.solve.disabled = !engine.ready || !sheet.tried;
      sheet.whyNot.hidden = sheet.tried;
    }
  },

  async solution(sheet, index) {
    const found = await engine.call("worked", index);
    if (found === null) return;
    sheet.solution.innerHTML = found; // the engine's own page, in which every text is escaped
    sheet.solution.hidden = false;
    sheet.solution.tabIndex = -1;
    sheet.solution.focus();
  },

  async save() {
    const student = $("student").value.trim();
    const text = await engine.call("save", this.texts(), student);
    if (text === null) return;
    const name = (student.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "answers").toLowerCase();
    const file = `${name}.json`;
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: file });
    document.body.append(link);
    link.click();
    link.remove();
    announce(filled(words.saved, { file }));
    engine.say(filled(words.saved, { file }));
  },
};
const reporters = []; // told every report on the whole work

// ---- practice --------------------------------------------------------------------------------------------------

const practice = {
  learner: null,
  sheet: null,
  store: null,

  build() {
    this.learner = kept.read("learner") || {};
    this.name = kept.read("who") || String(Math.random()).slice(2);
    kept.write("who", this.name);
    $("practise").onclick = () => this.next();
  },

  async next() {
    $("practise").disabled = true;
    announce(words.drawing);
    $("practise").textContent = words.drawing;
    if (this.sheet && this.sheet.tried) {
      const done = await engine.call("practise_done", this.learner, this.store.lines);
      if (done) this.remember(done);
      this.forget();
    }
    const found = await engine.call("practise", this.learner, this.name);
    $("practise").disabled = false;
    $("practise").textContent = words.next_problem;
    if (!found) return;
    this.remember(found);
    if (!found.exercise) {
      $("practised").hidden = true;
      $("practise").hidden = true;
      $("skills").prepend(element("p", {}, words.all_mastered));
      announce(words.all_mastered);
      return;
    }
    this.show(found.exercise);
  },

  forget() {
    this.store.lines = {};
    this.store.keep();
  },

  show(exercise) {
    const place = $("practised");
    const heading = element("h3", { textContent: exercise.heading, tabIndex: -1 });
    const statement = element("details", { className: "statement", open: true }, element("summary", {}, words.statement));
    const piece = element("div");
    piece.innerHTML = exercise.statement; // the engine's own page, in which every text is escaped
    statement.append(piece);
    const lines = element("div", { className: "asked" });
    place.replaceChildren(heading, statement, lines);
    place.hidden = false;
    this.store = new Store("practice");
    const calls = {
      check: () => this.check(),
      hint: (key, level) => engine.call("practise_hint", key, level, this.sheet.texts()),
      why: (key) => engine.call("practise_why", key),
      changed: () => this.changed(),
    };
    this.sheet = new Sheet(lines, exercise, "practice-line", calls, this.store);
    for (const line of this.sheet.order) line.nameHelp();
    this.changed();
    heading.focus();
    announce(exercise.heading);
    if (Object.keys(this.sheet.texts()).length) this.check();
  },

  async check() {
    const texts = this.sheet.texts();
    const found = await engine.call("practise_check", texts);
    if (!found) return;
    for (const [key, line] of this.sheet.lines) line.tell(found.lines[key]);
    this.changed();
  },

  /** The next problem comes when every line of this one has been tried. */
  changed() {
    $("practise").disabled = !this.sheet.tried;
  },

  remember(found) {
    this.learner = found.learner;
    kept.write("learner", this.learner);
    const list = element("ul");
    for (const one of found.skills) {
      const meter = element("progress", { max: 100, value: one.known, ariaLabel: one.words });
      const said = one.mastered ? "✓ " + words.mastered : one.known + " %";
      list.append(element("li", {}, element("span", {}, one.words), element("span", { className: "words" }, said), meter));
    }
    $("skills").replaceChildren(list);
  },
};

// ---- the page --------------------------------------------------------------------------------------------------

function begin() {
  work.build();
  practice.build();
  $("student").value = kept.read("student") || "";
  $("student").onchange = () => kept.write("student", $("student").value);
  const layout = kept.read("layout") || "all";
  for (const one of document.querySelectorAll("[name=layout]")) {
    one.checked = one.value === layout;
    one.onchange = () => {
      kept.write("layout", one.value);
      document.body.classList.toggle("one", one.value === "one");
    };
  }
  document.body.classList.toggle("one", layout === "one");
  $("again").onclick = () => engine.again();
  $("save").onclick = () => work.save();
  $("forget").onclick = () => {
    if (!confirm(words.sure)) return;
    for (const sheet of work.sheets) {
      sheet.store.lines = {};
      sheet.store.keep();
    }
    location.reload();
  };
  listeners.push(() => {
    for (const sheet of work.sheets) for (const line of sheet.order) line.nameHelp();
    $("save").disabled = $("practise").disabled = false;
    work.open();
    for (const sheet of work.sheets) for (const line of sheet.order) line.mine = Boolean(line.field.value.trim()) && !line.state.tried;
    work.check();
  });
  engine.start();
}

begin();
