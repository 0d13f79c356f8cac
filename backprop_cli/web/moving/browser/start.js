// The start: everything is built, and keys, buttons and fields are heard.

const LEAST = 9;  // pixels that the letters of a picture are high
for (const drawing of document.querySelectorAll(".picture svg")) {  // it can be moved, rather than be too small to read
  const wide = drawing.width.baseVal.value;
  const sizes = [...drawing.querySelectorAll("text")].map(text => Number.parseFloat(getComputedStyle(text).fontSize)).sort((a, b) => a - b);
  drawing.style.minWidth = `${Math.max(Math.min(wide, 560), wide*LEAST/(sizes[sizes.length >> 1] || LEAST))}px`;
}
list();
givenNumbers();
units();
epochs();
weights();
byId("slider").max = lines.length - 1;
byId("slider").addEventListener("input", event => go(Number(event.target.value)));
byId("back").addEventListener("click", () => go(state.step - 1));
byId("next").addEventListener("click", () => go(state.step + 1));
byId("play").addEventListener("click", () => {
  if (!timer && state.step === lines.length - 1) go(0);
  play(!timer);
});
byId("pass").addEventListener("change", event => { go(Number(event.target.value)); plot(); });
byId("unit").addEventListener("change", event => goTo(event.target.value));
byId("reset").addEventListener("click", reset);
for (const id of ["across", "upwards"]) byId(id).addEventListener("change", plot);
byId("nearer").addEventListener("click", () => { scale.zoom /= 2; plot(); });
byId("farther").addEventListener("click", () => { scale.zoom *= 2; plot(); });
for (const {element, name} of parts) element.addEventListener("click", () => goTo(name));
const KEYS = {ArrowLeft: () => go(state.step - 1), ArrowRight: () => go(state.step + 1), Home: () => go(0),
  End: () => go(lines.length - 1), " ": () => byId("play").click()};
document.addEventListener("keydown", event => {
  const own = event.target.closest("input, select, textarea, summary, canvas") || (event.key === " " && event.target.closest("button"));
  if (own || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
window.addEventListener("resize", plot);
window.addEventListener("beforeprint", () => { writeOut(); scale.paper = true; plot(); });
window.addEventListener("afterprint", () => { scale.paper = false; plot(); });
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", plot);
show();
plot();
document.body.dataset.ready = "yes";
