"use strict";
/* The assignment: judged as a whole, with its worked solutions and the file to hand in. */

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
