"use strict";
/* The page that marks: its setting, its words, what is said aloud, and what is kept in this browser. */

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
