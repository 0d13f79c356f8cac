"use strict";
/* In a learning platform by SCORM 1.2: score, status, what was answered, and where it was left.

   ADL, "SCORM Run-Time Environment", version 1.2 (2001). Identifiers have letters, digits and underscores alone
   (CMIIdentifier), numbers at most two decimals (CMIDecimal), times hours:minutes:seconds (CMITimespan). */

const PASSED = 80; // per cent of the marks, as in the manifest
const MOST_KEPT = 4096; // characters of cmi.suspend_data
const LONGEST = 255; // characters of an answer (CMIFeedback of a fill-in)

const platform = {
  api: null,
  begun: Date.now(),
  told: new Map(), // the answer that was last told of a line
  count: 0,
  ended: false,

  /** The API is an object of a window above this one, or of the one that opened it. */
  find(from) {
    for (let here = from, steps = 0; here && steps < 20; steps += 1) {
      try {
        if (here.API) return here.API;
        if (here.parent === here) return here.opener ? this.find(here.opener) : null;
      } catch {
        return null; // a window of somebody else
      }
      here = here.parent;
    }
    return null;
  },

  get(name) {
    return this.api.LMSGetValue(name);
  },

  set(name, value) {
    return this.api.LMSSetValue(name, String(value)) === "true";
  },

  begin() {
    this.api = this.find(window);
    if (!this.api || this.api.LMSInitialize("") !== "true") {
      this.api = null;
      return;
    }
    const student = this.get("cmi.core.student_name");
    if (student && !$("student").value) $("student").value = student;
    if (["", "not attempted", "unknown"].includes(this.get("cmi.core.lesson_status"))) {
      this.set("cmi.core.lesson_status", "incomplete");
    }
    this.count = Number(this.get("cmi.interactions._count")) || 0;
    this.resume(this.get("cmi.suspend_data"));
    reporters.push((found, texts) => this.report(found, texts));
    window.addEventListener("pagehide", () => this.end());
  },

  /** Puts the answers of last time back in place; those of this browser are the platform's, not another learner's. */
  resume(data) {
    let answers = [];
    try {
      answers = data ? JSON.parse(data) : [];
    } catch {
      answers = [];
    }
    for (const [index, sheet] of work.sheets.entries()) {
      const mine = Array.isArray(answers[index]) ? answers[index] : [];
      for (const [place, line] of sheet.order.entries()) {
        const text = typeof mine[place] === "string" ? mine[place] : "";
        line.field.value = line.state.answer = text;
        line.state.tried = Boolean(text);
        if (text) this.told.set(`${index}/${place}`, text);
      }
      sheet.store.keep();
    }
    work.open();
  },

  report(found, texts) {
    this.set("cmi.core.score.min", 0);
    this.set("cmi.core.score.max", 100);
    this.set("cmi.core.score.raw", decimal(found.marks.percent));
    if (this.get("cmi.core.lesson_status") !== "passed") {
      this.set("cmi.core.lesson_status", found.marks.percent >= PASSED ? "passed" : "incomplete");
    }
    for (const [index, sheet] of work.sheets.entries()) {
      for (const [place, line] of sheet.order.entries()) {
        const text = texts[index][line.data.key] || "";
        const verdict = found.exercises[index].lines[line.data.key];
        if (text && verdict && this.told.get(`${index}/${place}`) !== text) {
          this.told.set(`${index}/${place}`, text);
          this.interaction(identifier(index, line.data.key), text, verdict);
        }
      }
    }
    this.keep(texts);
    this.api.LMSCommit("");
  },

  interaction(id, text, verdict) {
    const name = `cmi.interactions.${this.count}.`;
    const told = this.set(name + "id", id) && this.set(name + "type", "fill-in");
    if (!told) return; // a platform need not keep them
    this.set(name + "time", clock(new Date()));
    this.set(name + "student_response", text.slice(0, LONGEST));
    this.set(name + "result", verdict.right ? "correct" : "wrong");
    this.count += 1;
  },

  /** What was answered, line by line; where that is too long for a platform, the last exercises come without. */
  keep(texts) {
    const answers = work.sheets.map((sheet, index) => sheet.order.map((line) => texts[index][line.data.key] || 0));
    while (answers.length && JSON.stringify(answers).length > MOST_KEPT) answers.pop();
    this.set("cmi.suspend_data", JSON.stringify(answers));
  },

  end() {
    if (!this.api || this.ended) return;
    this.ended = true;
    this.set("cmi.core.session_time", timespan(Date.now() - this.begun));
    this.set("cmi.core.exit", "suspend");
    this.api.LMSCommit("");
    this.api.LMSFinish("");
  },
};

const two = (number) => String(Math.floor(number)).padStart(2, "0");
const decimal = (number) => String(Math.round(Math.min(Math.max(number, 0), 100) * 100) / 100);
const clock = (now) => [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");

/** Milliseconds as HHHH:MM:SS. */
function timespan(milliseconds) {
  const seconds = Math.min(Math.floor(milliseconds / 1000), 9999 * 3600);
  return [String(Math.floor(seconds / 3600)).padStart(4, "0"), two((seconds % 3600) / 60), two(seconds % 60)].join(":");
}

/** e1_net_h1 for net_h1 of the first exercise; what no identifier may have is an underscore and its code. */
function identifier(exercise, key) {
  const plain = key.replace(/ \/ /g, "__").replace(/[^A-Za-z0-9_]/gu, (one) => `_${one.codePointAt(0).toString(16)}`);
  return `e${exercise + 1}_${plain}`.slice(0, LONGEST);
}

platform.begin();
