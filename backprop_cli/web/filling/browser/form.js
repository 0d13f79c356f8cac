"use strict";
// What is typed, as the answer file that `check` and `grade` read. Nothing leaves the page but by Save.

const page = JSON.parse(document.getElementById("page").textContent);
const fields = [...document.querySelectorAll("[data-key]")];
const owners = [...document.querySelectorAll("[data-student]")];
const said = document.getElementById("said");

const textOf = (field) => (field.type === "radio" && !field.checked ? "" : field.value.trim());
const empty = () => Object.create(null); // whatever a name is, it is a key like all others
const student = () => owners.map((one) => one.value.trim()).filter(Boolean).join(", ");

function sheet() {
  const written = empty();
  written.student = student();
  for (const { dataset } of page.several ? fields : []) (written.exercises ??= empty())[dataset.exercise] ??= empty();
  for (const field of fields) {
    const { exercise, part, key } = field.dataset, text = textOf(field);
    const place = page.several ? written.exercises[exercise] : written;
    place.answers ??= empty();
    if (text) (place[part] ??= empty())[key] = text;
  }
  return written;
}

function fill(written) {
  const names = owners.length > 1 ? String(written.student ?? "").split(", ") : [written.student ?? ""];
  owners.forEach((one, n) => { one.value = names[n] ?? ""; });
  let count = 0;
  for (const field of fields) {
    const { exercise, part, key } = field.dataset;
    const text = String((page.several ? written.exercises?.[exercise] : written)?.[part]?.[key] ?? "");
    if (field.type === "radio") field.checked = text === field.value;
    else field.value = text;
    count += text && (field.type !== "radio" || field.checked) ? 1 : 0;
  }
  return count;
}

function keep() {
  try { localStorage.setItem(page.id, JSON.stringify(sheet())); } catch { /* a browser that keeps nothing */ }
}

function save() {
  const name = (student().normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "answers").toLowerCase();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(sheet(), null, 2) + "\n"], { type: "application/json" }));
  link.download = `${name}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  said.textContent = page.words.saved.replace("{file}", `${name}.json`);
}

async function takeUp({ target }) {
  const file = target.files[0];
  if (!file) return;
  try {
    said.textContent = page.words.opened.replace("{count}", fill(JSON.parse(await file.text()) ?? {}));
    keep();
  } catch {
    said.textContent = page.words.refused.replace("{file}", file.name);
  }
  target.value = "";
}

try { fill(JSON.parse(localStorage.getItem(page.id)) ?? {}); } catch { /* nothing was kept */ }
document.addEventListener("input", keep);
document.getElementById("save").addEventListener("click", save);
document.getElementById("open").addEventListener("change", takeUp);
