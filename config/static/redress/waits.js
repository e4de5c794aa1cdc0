/* waits.js: a page on which an order to a bank system is on its way asks until the answer is there, says it politely, and
   renews the parts of itself that tell of it; so does one on which an export is being made, with a bar that tells how far
   it is. After some minutes it gives up and says so. */
(() => {
  "use strict";

  const note = document.querySelector("[data-awaits]");
  if (!note) return;
  const said = note.querySelector("[data-said]");
  const PAUSES = [1, 1, 2, 2, 3, 3, 5, 5, 8, 8, 12, 12, 20, 20, 30, 30, 30]; // seconds, three minutes in all

  function tell(words) {
    if (said.textContent !== words) said.textContent = words;
  }

  // Parts of this page as the server has them now; what somebody is about to fill in stays as it is.
  async function renew() {
    const parts = [...document.querySelectorAll("[data-renewed]")].filter((part) => !part.contains(document.activeElement));
    if (!parts.length) return;
    const answer = await fetch(window.location.pathname + window.location.search, { redirect: "manual" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    parts.forEach((part) => {
      const now = fresh.getElementById(part.id);
      if (now) part.replaceWith(now);
    });
    // Who waits with nothing under his keys begins in what came.
    if (document.activeElement === document.body) document.querySelector("[data-begins]")?.focus();
  }

  async function ask(turn) {
    const answer = await fetch(note.dataset.awaits, { redirect: "manual" }).catch(() => null);
    const told = answer?.ok ? await answer.json() : null;
    const bar = note.querySelector("progress");
    if (bar && told) bar.value = told.percent;
    if (told && !told.waits) {
      tell(told.words);
      note.classList.add(`r-note--${told.tone}`);
      await renew();
    } else if (turn < PAUSES.length) {
      if (told) tell(told.words);
      setTimeout(ask, PAUSES[turn] * 1000, turn + 1);
    } else {
      tell(note.dataset.late);
    }
  }

  setTimeout(ask, PAUSES[0] * 1000, 1);
})();
