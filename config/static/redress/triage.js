/* triage.js: while one types, the signs found in the customer's words are shown, and the severity they speak for is chosen
   beforehand until the person chooses himself. The server finds them again and asks about what the page did not show. */
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

  function show(row, words, on) {
    const quoted = row.querySelector("[data-quoted]");
    const said = words.join(comma);
    if (row.dataset.words && quoted.textContent !== said) quoted.textContent = said;
    quoted.hidden = !quoted.textContent;
    row.hidden = !on;
    if (on && !chosen) seen.add(row.dataset.sign);
    row.querySelector("[name=shown]").disabled = !on || !seen.has(row.dataset.sign);
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
  }

  // Whoever chooses has the signs before him that stand there then; what comes after it the server asks about.
  function choose() {
    chosen = true;
    visible().forEach((row) => seen.add(row.dataset.sign));
    look();
  }

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
