"use strict";
/* Practice: one new problem after the other. */

const practice = {
  learner: null,
  sheet: null,
  store: null,

  build() {
    this.learner = kept.read("learner") || {};
    this.name = kept.read("who") || String(Math.random()).slice(2);
    kept.write("who", this.name);
    $("practise").onclick = () => this.next();
    listeners.push(() => { // an engine that was started again does not know the exercise that is open
      if (this.sheet) engine.call("practise", this.learner, this.name);
    });
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
