/* triage.js: while one types, the signs found in the customer's words are shown, and the severity they speak for is chosen
   beforehand until the person chooses himself. The server finds them again and asks about what nobody saw: a sign counts as
   shown once it was in view, and `preset` says that the severity is the page's own. */
(() => {
  "use strict";

  const area = document.querySelector("[data-triage]");
  const form = area?.closest("form");
  if (!form) return;

  const all = (selector) => [...form.querySelectorAll(selector)];
  const rows = all("[data-sign]");
  const texts = all("[name=narrative], [name=demand_text]");
  const ticks = all("[name=care]");
  const choices = all("[name=severity]");
  const kind = form.elements.namedItem("kind");
  const comma = document.documentElement.lang.startsWith("zh") ? "、" : ", ";
  // What the server found in the customer's record stays: the page does not know it otherwise.
  const recorded = new Set(rows.filter((row) => !row.hidden && !row.dataset.words).map((row) => row.dataset.sign));
  const seen = new Set(all("[name=shown]:not(:disabled)").map((input) => input.value));
  const preset = area.querySelector("[name=preset]");
  let chosen = "chosen" in area.dataset;

  const folded = (text) => text.normalize("NFKC").toLowerCase().split(/\s+/).join(" ");
  const lines = (text) => (text ? text.split("\n") : []);
  const visible = () => rows.filter((row) => !row.hidden);

  function stands(word, text) {
    if (!/^[ -~]*$/.test(word)) return text.includes(word);
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![0-9a-z])${escaped}(?![0-9a-z])`).test(text);
  }

  function found(row, text) {
    const plain = lines(row.dataset.unless).reduce((rest, phrase) => rest.replaceAll(phrase, " "), text);
    return lines(row.dataset.words).filter((word) => stands(word, plain));
  }

  function tellShown(row) {
    row.querySelector("[name=shown]").disabled = row.hidden || !seen.has(row.dataset.sign);
  }

  function show(row, words, on) {
    const quoted = row.querySelector("[data-quoted]");
    const said = words.join(comma);
    if (row.dataset.words && quoted.textContent !== said) quoted.textContent = said;
    quoted.hidden = !quoted.textContent;
    row.hidden = !on;
    tellShown(row);
    const take = row.querySelector("[data-take]");
    if (take) take.hidden = !kind || kind.value === row.dataset.kind;
  }

  function look() {
    const text = folded(texts.map((field) => field.value).join("\n"));
    const ticked = new Set(ticks.filter((box) => box.checked).map((box) => box.value));
    rows.forEach((row) => {
      const words = found(row, text);
      show(row, words, words.length > 0 || ticked.has(row.dataset.sign) || recorded.has(row.dataset.sign));
    });
    area.querySelector("[data-no-sign]").hidden = visible().length > 0;
    if (chosen) return;
    const least = Math.max(...choices.map((choice) => Number(choice.value)));
    const severity = Math.min(least, ...visible().map((row) => Number(row.dataset.severity)));
    choices.forEach((choice) => (choice.checked = Number(choice.value) === severity));
    preset.disabled = severity === least;
  }

  // Whoever chooses has the signs before him that stand there then; what comes after it the server asks about.
  function choose() {
    chosen = true;
    preset.disabled = true;
    visible().forEach((row) => seen.add(row.dataset.sign));
    look();
  }

  // Written below the fold, a sign is not seen yet: it counts once half of it was in the window.
  const watch = new IntersectionObserver((changes) => changes.filter((change) => change.isIntersecting && !chosen).forEach((change) => {
    seen.add(change.target.dataset.sign);
    tellShown(change.target);
  }), { threshold: 0.5 });
  rows.forEach((row) => watch.observe(row));

  choices.forEach((choice) => choice.addEventListener("change", choose));
  [...texts, ...ticks].forEach((field) => field.addEventListener("input", look));
  kind?.addEventListener("change", look);
  all("[data-take]").forEach((button) =>
    button.addEventListener("click", () => {
      kind.value = button.value;
      kind.focus();
      look();
    }),
  );
  look();
})();
