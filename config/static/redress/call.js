/* call.js: the telephone system opens /call/#<number>. What stands behind # never leaves the browser by itself: it is
   taken out of the address bar here and sent as a form is sent. It is kept nowhere. */
(() => {
  "use strict";

  // A link within the page changes what stands behind #, too: only what can be a number is taken.
  const NUMBER = /^\+?[0-9][0-9 ()-]{3,22}$/;

  function taken() {
    let said = "";
    try {
      said = decodeURIComponent(window.location.hash.slice(1)).trim();
    } catch {
      return "";
    }
    if (!NUMBER.test(said)) return "";
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    return said;
  }

  function call() {
    const form = document.querySelector("[data-call]");
    const number = form && taken();
    if (!number) return;
    form.elements.namedItem("q").value = number;
    form.elements.namedItem("how").value = "telephone";
    form.requestSubmit();
  }

  /* Who has to log in first: the number goes along behind the # of the form's own address, and is here again after. */
  function keep() {
    const form = document.querySelector("#login-form");
    const number = form && taken();
    if (number) form.action = `${form.getAttribute("action")}#${encodeURIComponent(number)}`;
  }

  // The next call may come to the page of the last.
  window.addEventListener("hashchange", call);
  call();
  keep();
})();
