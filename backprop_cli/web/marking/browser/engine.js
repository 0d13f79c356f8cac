"use strict";
/* The worker that marks: it is started, watched, and called; what goes wrong is said. */

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
