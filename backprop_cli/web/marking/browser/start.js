"use strict";
/* Begins, when all of the page is there. */

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
