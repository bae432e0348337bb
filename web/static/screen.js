// Keys, and the next card at once: what a card shows comes from the server, and all of it works without this script.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const place = $("#card"), said = $("#said"), dialog = $("#keys");
  const letters = JSON.parse($("#letters")?.textContent || "{}");
  const actions = Object.fromEntries(Object.entries(letters).map(([action, letter]) => [letter, action]));
  const words = { include: "Included", exclude: "Excluded", maybe: "Maybe", "not-retrieved": "Not retrieved" };
  const deep = 2;          // so many cards are at hand behind the one that is shown
  const ahead = [];        // they, as promises of { html, done, left }
  const held = [];         // the reports in hand
  let sending = Promise.resolve();
  let broken = false;

  document.querySelectorAll(".script").forEach((button) => { button.hidden = false; });
  const stage = $(".card", place || document)?.dataset.stage;
  const shown = () => $(".card", place).dataset.report;

  // Requests go one after the other, so that each knows what is in hand.
  function ask(request) {
    sending = sending.catch(() => {}).then(request).then(read);
    sending.catch(() => {});
    return sending;
  }

  async function read(response) {
    if (!response.ok) throw new Error((await response.text()).slice(0, 300));
    const html = await response.text(), report = html.match(/data-report="(\w+)"/);
    if (report) held.push(report[1]);
    return { html, done: response.headers.get("X-Done"), left: response.headers.get("X-Left") };
  }

  function tell(text, wrong = false) {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
  }

  function show(card, text) {
    place.innerHTML = card.html;
    if (location.pathname !== `/screen/${stage}`) history.replaceState(null, "", `/screen/${stage}`);
    window.scrollTo(0, 0);
    $("h1", place).focus({ preventScroll: true });
    tell(text);
  }

  function count(card) {
    if (card.done === null) return;
    const all = Number(card.done) + Number(card.left);
    $("#done").textContent = Number(card.done).toLocaleString("en");
    $("#all").textContent = all.toLocaleString("en");
    Object.assign($("#bar"), { max: Math.max(all, 1), value: Number(card.done) });
  }

  // One decision: the next card is shown at once, and the verdict is sent behind it, one after the other.
  async function decide(form, submitter) {
    if (broken || form.dataset.sent) return;
    form.dataset.sent = "1";
    const fields = new URLSearchParams(new FormData(form, submitter));
    const old = place.innerHTML, report = shown(), name = $("h1", place).textContent.trim();
    const card = await ahead.shift()?.catch(() => null);
    if (!card) {           // nothing was at hand: the ordinary way
      await sending.catch(() => {});
      return send(form, submitter);
    }
    const last = !card.html.trim();
    if (!last) show(card, `${words[submitter.value]}: ${name}`);
    const saved = ask(() => {
      held.splice(held.indexOf(report), 1);
      fields.set("holding", held.join(","));
      return fetch(form.action, { method: "POST", headers: { "X-Card": "1" }, body: fields });
    });
    ahead.push(saved);
    saved.then((behind) => { count(behind); if (last) location.assign(`/screen/${stage}`); }, (error) => {
      broken = true;       // it was not noted: back to that card, and nothing more until the page is loaded again
      place.innerHTML = old;
      tell(`Not saved: ${error.message || "no connection"}. Load the page again, and decide once more.`, true);
    });
  }

  function send(form, submitter) {
    const button = document.createElement("input");
    Object.assign(button, { type: "hidden", name: submitter.name, value: submitter.value });
    form.append(button);
    form.submit();
  }

  if (place) {
    held.push(shown());
    for (let n = 0; n < deep; n++) {
      ahead.push(ask(() => fetch(`/screen/${stage}/next?holding=${held.join(",")}`, { headers: { "X-Card": "1" } })));
    }
    place.addEventListener("submit", (event) => {
      if (!event.target.matches(".decide") || !event.submitter) return;
      event.preventDefault();
      if (needsReason(event.target, event.submitter)) return;
      decide(event.target, event.submitter);
    });
    document.addEventListener("submit", async (event) => {
      if (!event.target.matches(".undo")) return;
      event.preventDefault();
      await sending.catch(() => {});
      event.target.submit();
    });
  }

  function needsReason(form, submitter) {
    const reasons = $(".reasons[open]", form);
    if (submitter.value !== "exclude" || !reasons || !reasons.dataset.required || $("input:checked", reasons)) return false;
    tell("Which reason? A number excludes for it.", true);
    $("input", reasons).focus();
    return true;
  }

  function press(action) {
    const button = $(`button[data-action="${action}"]`) || $(`[data-action="${action}"]`);
    if (!button) return false;
    if (action === "note") {
      const note = button.closest("details");
      note.open = true;
      $("textarea", note).focus();
    } else button.click();
    return true;
  }

  function choose(number) {
    const reason = $(`input[data-number="${number}"]`), button = $('button[value="exclude"]');
    if (!reason || !button) return false;
    reason.checked = true;
    reason.closest("details").open = true;
    button.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || dialog?.open) return;
    const field = event.target.matches("textarea, select, input:not([type=radio])");
    if (event.key === "Escape" && field) { event.target.blur(); return; }
    if (field) return;
    const key = event.key.toLowerCase();
    const done = key === "?" ? dialog && (dialog.showModal(), true)
      : /^[1-9]$/.test(key) ? choose(key) : key in actions && press(actions[key]);
    if (done) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shows=keys]")) dialog.showModal();
  });
})();
