/* desk.js: what the desk does beyond plain links and forms. Every page works without it. It keeps nothing in the
   browser's storage: drafts belong to the server. No library, no inline handler, nothing evaluated. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const keysList = one("[data-keys-list]");
  const FIELD = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), select, textarea, [contenteditable]";

  /* ---- a form is sent once: a double click or a second Enter is swallowed until the page is shown again;
     `data-again` marks a form that leaves the page standing, such as a download ---- */
  const sent = new WeakSet();

  function guard(event) {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("data-again")) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    if (keeper?.form === form && keeper.mustWait()) {
      event.preventDefault();
      keeper.settled().then((on) => { if (on) form.requestSubmit(event.submitter); else keeper.askForLogIn(); });
      return;
    }
    sent.add(form);
    if (keeper?.form === form) keeper.leaves();
    // After this turn: a button disabled now would leave its name out of what is sent.
    setTimeout(() => all("button, input[type=submit]", form).forEach((button) => { button.disabled = true; }));
  }

  function release(event) {
    if (!event.persisted) return;
    keeper?.isBack();
    all("form").forEach((form) => {
      sent.delete(form);
      all("button, input[type=submit]", form).forEach((button) => { button.disabled = false; });
    });
  }

  /* ---- a menu closes when one goes elsewhere, and on Escape, which gives the focus back to what opened it ---- */
  function closeMenus(event) {
    all("details.r-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }

  function leaveMenu() {
    const menu = one("details.r-menu[open]");
    if (!menu) return null;
    return () => {
      menu.open = false;
      one("summary", menu).focus();
    };
  }

  /* ---- what is typed is kept on the server while it is typed: a lost session, a closed window, a crash take nothing.
     The hidden field `draft` of a form (desk/draft.html) says where and in which words ---- */
  function keeping(field) {
    const form = field.form;
    const said = one("[data-keep-said]", form);
    const lost = one("[data-keep-lost]", form);
    const PAUSE = 2000;
    let timer = null;
    let running = Promise.resolve(true);
    let busy = 0;
    let answered = Date.now();
    let left = false; // it is on its way: what is done is no draft
    const words = () => new URLSearchParams(typed()).toString();
    // A page that was only opened holds nothing of its reader's; one brought back from a draft holds what is kept.
    const blank = "keepBlank" in field.dataset ? words() : null;
    let kept = "keepRestored" in field.dataset ? words() : "";
    const isChanged = () => words() !== (kept || blank);

    function page() {
      const here = new URL(window.location.href);
      here.searchParams.delete("draft");
      return here.pathname + here.search;
    }

    const token = () => one("input[name=csrfmiddlewaretoken]", form);
    const ask = (options) => fetch(field.dataset.keep, { redirect: "manual", ...options });

    function typed() {
      const data = new FormData(form);
      [...data.entries()].forEach(([name, value]) => { if (value instanceof File) data.delete(name); });
      data.delete("csrfmiddlewaretoken");
      return data;
    }

    function fresh(value) {
      all("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = value; });
    }

    async function send(again) {
      const now = words();
      if (now === blank && !kept) return (await ask({})).type === "opaqueredirect" ? "lost" : "nothing";
      // Emptied again: what was kept of it goes.
      const about = { "X-CSRFToken": token().value, "X-Page": page(), ...(now === blank ? { "X-Blank": "1" } : {}) };
      // A page one leaves does not wait for the answer; so much the browser sends on all the same.
      const answer = await ask({ method: "POST", body: typed(), headers: about, keepalive: now.length < 20000 });
      if (answer.type === "opaqueredirect") return "lost";
      if (answer.status === 403 && again) {
        // logged in again in another window: the token of this page is void
        const news = await ask({});
        if (news.type === "opaqueredirect") return "lost";
        fresh((await news.json()).token);
        return send(false);
      }
      if (!answer.ok) return answer.status === 413 ? "tooMuch" : "unkept";
      const { at, token: newToken } = await answer.json();
      fresh(newToken);
      kept = now === blank ? "" : now;
      return at || "nothing";
    }

    async function attempt() {
      const state = await send(true).catch(() => "unkept");
      lost.hidden = state !== "lost";
      said.textContent = state === "lost" ? "" : field.dataset[state] ?? field.dataset.kept.replace("{at}", state);
      if (["lost", "unkept", "tooMuch"].includes(state)) return state !== "lost";
      answered = Date.now();
      return true;
    }

    function stopWaiting() {
      clearTimeout(timer);
      timer = null;
    }

    function keep() {
      stopWaiting();
      busy += 1;
      running = running.then(attempt).finally(() => { busy -= 1; });
      return running;
    }

    // Before it is sent: a draft under way would come behind and bring back what is done; and when the session is over,
    // or may be after so long a time, what is typed is kept first and sent once that is known.
    const isStale = () => !lost.hidden || Date.now() - answered > Number(field.dataset.fresh) * 1000;
    const mustWait = () => busy > 0 || isStale();
    const settled = () => (isStale() ? keep() : running);

    function askForLogIn() {
      one("a", lost).focus();
    }

    function leaves() {
      stopWaiting();
      left = true;
    }

    function isBack() {
      left = false;
    }

    function later() {
      stopWaiting();
      timer = setTimeout(keep, PAUSE);
    }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    document.addEventListener("visibilitychange", () => {
      if (!left && (document.hidden ? isChanged() : !lost.hidden)) keep();
    });
    return { form, keep, mustWait, settled, askForLogIn, leaves, isBack };
  }

  const draftField = one("[data-keep]");
  const keeper = draftField ? keeping(draftField) : null;

  /* ---- keys ---- */
  function follow(address) {
    if (address) window.location.assign(address);
  }

  function submitMain() {
    const form = document.activeElement?.closest("form[method=post]") ?? one("form[data-main]");
    // Approvals have no key on purpose: such a form marks itself.
    if (form && !form.hasAttribute("data-no-key")) form.requestSubmit(one(".r-btn--go, .r-btn--stop", form) ?? undefined);
  }

  function moveRow(step) {
    const rows = all("[data-row]").map((row) => one("[data-open]", row) ?? one("a[href], button", row)).filter(Boolean);
    const here = rows.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    all("[data-row].r-on").forEach((row) => row.classList.remove("r-on"));
    if (!next) return;
    next.closest("[data-row]").classList.add("r-on");
    next.focus();
  }

  function openKeys() {
    if (!keysList) return;
    keysList.open = !keysList.open;
    one("summary", keysList).focus({ preventScroll: true });
    keysList.scrollIntoView({ block: "end" });
  }

  function tickRow() {
    const row = document.activeElement?.closest("[data-row]");
    if (row) one("[data-tick]", row)?.click();
  }

  /* The customer urges: the button of the row one is on, else the only one; of several the first gets the focus, and
     with it the choice. */
  function urge() {
    const row = document.activeElement?.closest("[data-row]");
    const buttons = all("[data-urge]");
    const chosen = (row && one("[data-urge]", row)) ?? (buttons.length === 1 ? buttons[0] : null);
    if (chosen) chosen.click();
    else buttons[0]?.focus();
  }

  /* The page of a call hands the number on by a form; elsewhere the address is enough. */
  function begin(look, address) {
    const button = one(`[data-begin=${look}]`);
    if (button) button.click();
    else follow(address);
  }

  const single = {
    "/": () => one("[data-find]")?.focus(),
    "?": openKeys,
    j: () => moveRow(1),
    k: () => moveRow(-1),
    n: () => begin("go", keysList?.dataset.new),
    u: urge,
    x: tickRow,
  };

  function chord(event) {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyZ") return () => begin("stop", keysList?.dataset.stop);
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return submitMain;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return keeper ? keeper.keep : null;
    return null;
  }

  function leaves() {
    return leaveMenu() ?? (one("[data-back]") ? () => follow(one("[data-back]").href) : null);
  }

  function plain(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return null;
    const typing = event.target.closest(FIELD);
    if (event.key === "Escape") return typing && typing !== begunAt ? () => typing.blur() : leaves();
    if (typing) return null;
    return single[event.key.toLowerCase()] ?? null;
  }

  function press(event) {
    // While Chinese is being composed every key belongs to the input method.
    if (event.isComposing || event.repeat || event.defaultPrevented) return;
    const act = chord(event) ?? plain(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /* ---- shares: the totals follow the typing; the server adds up again and decides ---- */
  const cents = (text) => {
    const found = /^\s*(\d{1,14})(?:\.(\d{1,2}))?\s*$/.exec(text.replaceAll(",", ""));
    return found ? BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0")) : null;
  };
  const money = (value) => {
    const digits = String(value).padStart(3, "0");
    return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
  };

  function addUp(row) {
    const wanted = cents(row.dataset.amount);
    const parts = all(".r-money", row).map((input) => cents(input.value || "0"));
    const said = one("[data-sum]", row);
    if (!said || wanted === null) return;
    if (parts.includes(null)) {
      said.textContent = row.dataset.unread;
      return;
    }
    const sum = parts.reduce((total, part) => total + part, 0n);
    const gap = wanted - sum;
    const words = gap === 0n ? row.dataset.match : gap > 0n ? row.dataset.short : row.dataset.over;
    said.textContent = `${money(sum)} ${words}${gap === 0n ? "" : ` ${money(gap < 0n ? -gap : gap)}`}`;
    said.classList.toggle("r-err", gap !== 0n);
  }

  function total(said) {
    const parts = all(".r-money", said.closest("form")).map((input) => cents(input.value || "0"));
    said.textContent = parts.includes(null) ? said.dataset.unread : money(parts.reduce((sum, part) => sum + part, 0n));
  }

  /* ---- the sums of a row and of a column: what names them in data-part ---- */
  function adds(said) {
    const parts = all(".r-money[data-part]", said.closest("form")).filter((input) => input.dataset.part.split(" ").includes(said.dataset.adds));
    const read = parts.map((input) => cents(input.value || "0"));
    said.textContent = read.includes(null) ? said.dataset.unread : money(read.reduce((sum, part) => sum + part, 0n));
  }

  /* ---- a ground that hangs on missing proof says what is missing; what somebody wrote stays ---- */
  function suggest(select) {
    const reason = one("[data-suggest]", select.closest("tbody"));
    if (reason && !reason.value.trim() && select.dataset.suggestFor.split(" ").includes(select.value)) reason.value = reason.dataset.suggest;
  }

  /* ---- rows with a box: the button says how many are ticked ---- */
  function ticks(form) {
    const boxes = all("[data-tick]", form);
    const whole = one("[data-tick-all]", form);
    const button = one("[data-picked]", form);
    const plainWords = button.textContent;
    const count = () => {
      const n = boxes.filter((box) => box.checked).length;
      button.textContent = n ? button.dataset.picked.replace("{n}", n) : plainWords;
      whole.checked = n === boxes.length;
      whole.indeterminate = n > 0 && n < boxes.length;
      boxes.forEach((box) => box.closest("[data-row]").classList.toggle("r-on", box.checked));
    };
    whole.hidden = false;
    whole.addEventListener("change", () => boxes.forEach((box) => { box.checked = whole.checked; }));
    form.addEventListener("change", count);
    count();
  }

  /* ---- Django's select2 fields have no name of their own: they get the one of their label ---- */
  function nameFields() {
    all(".select2-container").forEach((box) => {
      const label = one(`label[for="${box.previousElementSibling?.id}"]`);
      if (label) all("[role=combobox], [role=textbox], [role=searchbox]", box).forEach((part) => part.setAttribute("aria-label", label.textContent.trim()));
    });
  }

  /* ---- evidence put on file from the panel: dropped or chosen, one after the other, with progress; the page stays ---- */
  function uploading(form) {
    const panel = form.closest("section");
    const box = form.closest("details");
    const file = one("input[type=file]", form);
    const bar = one("[data-sent]", form);
    const said = one("[data-upload-said]", form);
    const stop = one("[data-stop]", form);
    const words = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), form.dataset[name]);
    let running = null;

    function tell(text, bad = false) {
      said.textContent = text;
      said.classList.toggle("r-err", bad);
    }

    function send(one_) {
      const data = new FormData(form);
      data.delete("upload");
      if (one_) data.set("upload", one_);
      const name = one_ ? one_.name : data.get("reference");
      return new Promise((resolve) => {
        running = new XMLHttpRequest();
        running.open("POST", form.action);
        running.setRequestHeader("Accept", "application/json");
        running.upload.addEventListener("progress", (event) => {
          const percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
          bar.value = percent;
          tell(percent < 100 ? words("sending", { name, percent: `${percent}%` }) : words("checking", { name }));
        });
        running.addEventListener("load", () => resolve(outcome(running)));
        running.addEventListener("error", () => resolve(words("failed")));
        running.addEventListener("abort", () => resolve(words("stopped", { name })));
        running.send(data);
      });
    }

    // nothing when it is on file, else what is wrong
    function outcome(answer) {
      const json = (answer.getResponseHeader("content-type") ?? "").startsWith("application/json");
      if (json && answer.status === 201) return "";
      if (json) return JSON.parse(answer.responseText).problems.join(" ");
      return answer.status === 200 ? words("lost") : words("failed");
    }

    // The list anew, as the server has it; the rest of the page, with what is typed there, stays.
    async function renew(problem) {
      const answer = await fetch(window.location.pathname, { credentials: "same-origin" });
      const fresh = one(`#${panel.id}`, new DOMParser().parseFromString(await answer.text(), "text/html"));
      if (!answer.ok || !fresh) return;
      panel.replaceWith(fresh);
      const again = one("[data-upload]", fresh);
      if (!again) return;
      if (problem) one("select", again).value = one("select", form).value; // for the files that are left
      uploading(again).goOn(file.files, problem || words("done"), Boolean(problem));
    }

    async function sendAll(event) {
      event.preventDefault();
      if (running) return;
      const files = [...file.files];
      [bar, stop].forEach((part) => { part.hidden = false; });
      let problem = "";
      let filed = 0;
      for (const next of files.length ? files : [null]) {
        problem = await send(next);
        if (problem) break;
        filed += 1;
        const left = new DataTransfer();
        [...file.files].slice(1).forEach((rest) => left.items.add(rest));
        file.files = left.files;
      }
      running = null;
      [bar, stop].forEach((part) => { part.hidden = true; });
      if (filed) await renew(problem);
      else tell(problem, true);
    }

    function goOn(files, text, bad) {
      box.open = true;
      file.files = files;
      tell(text, bad);
      one("summary", box).focus();
    }

    const carries = (event) => event.dataTransfer?.types.includes("Files");
    panel.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      panel.classList.add("r-drop");
    });
    panel.addEventListener("dragleave", (event) => {
      if (!panel.contains(event.relatedTarget)) panel.classList.remove("r-drop");
    });
    panel.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      panel.classList.remove("r-drop");
      box.open = true;
      file.files = event.dataTransfer.files;
      tell("");
      one("select", form).focus();
    });
    file.addEventListener("change", () => tell(""));
    form.addEventListener("submit", sendAll);
    stop.addEventListener("click", () => running?.abort());
    file.multiple = true;
    one("[data-drop-hint]", form).hidden = false;
    return { goOn };
  }

  /* ---- where the work of a page begins: at what is wrong, else at the draft one comes back for, else at what the page
     names, else in the first field of its main form, else at its next thing. A fragment has said it already, and on a
     phone a field would open the keyboard over the page ---- */
  let begunAt = null; // the field the page began in, until something is typed: Esc there still leads back
  const isHandheld = () => window.matchMedia("(pointer: coarse), (max-width: 640px)").matches;
  const cameFromLogIn = () => document.referrer !== "" && new URL(document.referrer).pathname.endsWith("/login/");

  function firstField(form) {
    const fields = all("input:not([type=hidden]), select, textarea", form).filter((field) => !field.disabled && field.checkVisibility());
    const first = fields[0];
    return first?.type === "radio" ? fields.find((field) => field.name === first.name && field.checked) ?? first : first;
  }

  function begins() {
    const main = one("form[data-main]");
    const heading = one("#content h1");
    if (main && heading && !main.hasAttribute("aria-label")) main.setAttribute("aria-label", heading.textContent.trim());
    const told = one("[data-summary]");
    if (told) told.focus();
    else if (window.location.hash === "") begunAt = workBegins(main);
    begunAt?.focus();
    document.addEventListener("input", () => { begunAt = null; }, { once: true });
  }

  function workBegins(main) {
    const offer = cameFromLogIn() ? one("[data-offered]") : null;
    // Where rows are ticked by J and X, a field would swallow these keys.
    if (offer || one("[autofocus], [data-tick]")) return offer;
    const field = main && firstField(main);
    if (field) return isHandheld() ? null : field;
    return one("[data-next]") ?? one("#content .r-head .r-btn--go");
  }

  /* ---- start ---- */
  document.addEventListener("submit", guard);
  window.addEventListener("pageshow", release);
  document.addEventListener("keydown", press);
  document.addEventListener("click", closeMenus);
  document.addEventListener("focusin", closeMenus);
  // After Django's own ready callback, which makes these fields: jQuery keeps the order.
  window.django?.jQuery?.(nameFields);
  all("[data-amount]").forEach((row) => {
    row.addEventListener("input", () => addUp(row));
    addUp(row);
  });
  all("[data-total]").forEach((said) => {
    said.closest("form").addEventListener("input", () => total(said));
    total(said);
  });
  all("[data-adds]").forEach((said) => {
    said.closest("form").addEventListener("input", () => adds(said));
    adds(said);
  });
  all("form:has([data-tick])").forEach(ticks);
  all("[data-upload]").forEach(uploading);
  all("[data-suggest-for]").forEach((select) => select.addEventListener("change", () => suggest(select)));
  begins();
  // On a phone the tab one is at may lie beyond the edge.
  one(".r-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
})();
