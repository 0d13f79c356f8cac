"use strict";
/* A list of lines: what is typed, what the engine says of it, hints. */

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
    this.field.onblur = () => { // not `change`, which a text does not tell that was changed and changed back
      if (this.isNew) this.left();
    };
    if (data.kind === "word") this.field.onchange = () => this.left();
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
    this.isNew = true;
    this.state.answer = this.field.value;
    this.sheet.store.keep();
    this.said.replaceChildren();
    delete this.place.dataset.tone;
    delete this.place.dataset.verdict;
  }

  async left() {
    this.typed();
    this.isNew = false;
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
      delete this.place.dataset.verdict;
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
