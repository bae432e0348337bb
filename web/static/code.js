// Selecting and coding a text: the server says what each line looks like, and all of it works without this script.
// Positions are code points: a line says where it begins, and only what is before the caret within it is counted here.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const text = $("#text"), form = $("#marking"), said = $("#said"), panel = $("#panel"), dialog = $("#keys"), shown = $("#selected");
  const code = $("#code"), csrf = $("input[name=csrf]").value, address = `/code/text/${text.dataset.document}`;
  let span = null;         // what is selected: { start, end, words }
  let chosen = $(".panel", panel)?.dataset.coding || "";
  let sending = Promise.resolve(), making = false, deaf = false;
  const nothing = "Select words, by mouse, touch or arrow keys";

  document.querySelectorAll(".script").forEach((part) => { part.hidden = false; });
  $(".lines")?.remove();

  // --- Where in the text ---
  const count = (words) => Array.from(words).length;

  function place(node, offset, end) {
    const at = node.nodeType === 1 ? node : node.parentElement;
    let words = at.closest(".words");
    if (!words) {          // beside the words: the gutter, a name, or between two lines
      const line = at.closest(".line") || (node.nodeType === 1 && (node.childNodes[offset] || node.lastChild)?.closest?.(".line"));
      if (!line) return null;
      words = $(".words", line);
      const after = at.closest(".tags") || (!at.closest(".line") && !node.childNodes[offset]);
      return Number(line.dataset.start) + (after ? count(words.textContent) : 0);
    }
    const before = document.createRange();
    before.setStart(words, 0);
    before.setEnd(node, offset);
    return Number(words.parentElement.dataset.start) + count(before.toString());
  }

  const lines = () => text.querySelectorAll(".line");

  function indexAt(position, all) {
    let low = 0, high = all.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (Number(all[middle].dataset.start) <= position) low = middle; else high = middle - 1;
    }
    return low;
  }

  function find(position) {
    const all = lines(), words = $(".words", all[indexAt(position, all)]);
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    let left = position - Number(words.parentElement.dataset.start), node = walker.nextNode(), last = null;
    for (; node; last = node, node = walker.nextNode()) {
      const n = count(node.data);
      if (left <= n) return [node, Array.from(node.data).slice(0, left).join("").length];
      left -= n;
    }
    return last ? [last, last.data.length] : [words, 0];
  }

  function select(start, end) {
    getSelection().setBaseAndExtent(...find(start), ...find(end));
    look();
  }

  function look() {
    const selection = getSelection();
    if (!selection.rangeCount || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return;
    const range = selection.getRangeAt(0);
    const start = place(range.startContainer, range.startOffset), end = place(range.endContainer, range.endOffset);
    if (start === null || end === null) return;
    const words = selection.toString().trim();
    span = { start, end, words };
    globalThis.CSS?.highlights?.set("picked", new Highlight(range));
    if (!shown) return;
    shown.textContent = words ? `“${words.length > 90 ? `${words.slice(0, 60)} … ${words.slice(-25)}` : words}”` : nothing;
  }
  document.addEventListener("selectionchange", look);

  // --- By keys: the word or line that was selected first, and the one up to which it goes ---
  let anchor = null, head = null;
  const segments = new Intl.Segmenter(undefined, { granularity: "word" });

  function unitsOf(line, byLine) {
    const start = Number(line.dataset.start), words = $(".words", line).textContent;
    if (!words.trim()) return [];
    if (byLine) return [{ start, end: start + count(words.trimEnd()) }];
    return [...segments.segment(words)].filter((part) => part.isWordLike).map((part) => {
      const from = start + count(words.slice(0, part.index));
      return { start: from, end: from + count(part.segment) };
    });
  }

  function nextUnit(from, back, byLine) {
    const all = lines();
    for (let n = indexAt(back ? from.start : Math.max(from.end - 1, from.start), all); all[n]; n += back ? -1 : 1) {
      const units = unitsOf(all[n], byLine);
      const found = back ? units.filter((unit) => unit.end <= from.start).pop() : units.find((unit) => unit.start >= from.end);
      if (found) return found;
    }
    return null;
  }

  function step(event) {
    const back = event.key === "ArrowLeft" || event.key === "ArrowUp", byLine = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (!span) {
      const first = [...lines()].find((line) => line.getBoundingClientRect().bottom > 80), start = Number(first.dataset.start);
      span = { start, end: start };
    }
    if (!head || span.start !== Math.min(anchor.start, head.start) || span.end !== Math.max(anchor.end, head.end)) anchor = head = span;
    const unit = nextUnit(head, back, byLine);
    if (!unit) return;
    head = unit;
    if (!event.shiftKey) anchor = unit;
    select(Math.min(anchor.start, head.start), Math.max(anchor.end, head.end));
    find(back ? head.start : head.end)[0].parentElement.scrollIntoView({ block: "nearest" });
  }

  // --- What is said ---
  function tell(words, wrong = false) {
    said.textContent = words;
    said.classList.toggle("wrong", wrong);
  }

  // One after the other, each with what was selected when it was said; the hands stay on the text meanwhile.
  function send(path, fields) {
    const typed = code?.value;
    if (path !== "coding" || fields.act !== "memo") text.focus({ preventScroll: true });
    sending = sending.then(async () => {
      const body = new URLSearchParams({ csrf, script: "1", ...fields });
      const response = await fetch(`${address}/${path}`, { method: "POST", headers: { "X-Card": "1" }, body });
      if (!response.ok) throw new Error((await response.text()).slice(0, 400));
      show(await response.json());
      if (code && code.value === typed && document.activeElement !== code) { code.value = ""; prepare(false); }
    }).catch((error) => tell(error.message || "Not saved: no connection", true));
  }

  function show(answer) {
    const kept = span;
    for (const [id, html] of Object.entries(answer.lines)) document.getElementById(id).outerHTML = html;
    if (answer.codes) $("#codes").replaceChildren(...answer.codes.map((path) => Object.assign(document.createElement("option"), { value: path })));
    if ($("#recent")) $("#recent").innerHTML = answer.recent;
    for (const button of document.querySelectorAll("#steps button")) {
      button.disabled = !answer.undo[button.value];
      button.title = answer.undo[button.value];
    }
    $("#own").textContent = answer.own;
    open(answer.chosen, answer.panel);
    tell(answer.said);
    if (kept && Object.keys(answer.lines).length) select(kept.start, kept.end);
  }

  function open(id, html) {
    chosen = id;
    panel.innerHTML = html;
    panel.querySelectorAll(".script").forEach((part) => { part.hidden = false; });
    text.querySelectorAll(".on").forEach((part) => part.classList.remove("on"));
    if (id) text.querySelectorAll(`[data-coding="${id}"]`).forEach((part) => part.classList.add("on"));
  }

  function choose(id) {
    chosen = id;
    sending = sending.then(async () => {
      const response = await fetch(`${address}/coding/${id}`, { headers: { "X-Card": "1" } });
      if (!response.ok) throw new Error("This coding is gone. Load the page again.");
      open(id, await response.text());
      tell(`Chosen: ${$(".who a", panel).textContent.split(" / ").pop()}`);
    }).catch((error) => tell(error.message, true));
  }

  // No letter of a memo may be taken for a key before its field is there.
  async function writeMemo() {
    deaf = true;
    await sending;
    deaf = false;
    const memo = $(".panel textarea", panel);
    if (!memo) return tell("Choose a coding first: O, or its name beside the line.", true);
    memo.closest("details").open = true;
    memo.focus();
  }

  function mark(act, name = "") {
    if (!span || span.end <= span.start || !span.words) { tell("Select some words first: arrow keys, mouse or touch.", true); text.focus(); return; }
    send("mark", { act, code: name, start: span.start, end: span.end });
  }

  // Codings at the caret, the shortest first; then the one after the chosen one.
  function through() {
    const node = getSelection().focusNode, at = node && (node.nodeType === 1 ? node : node.parentElement);
    const ids = [];
    for (let part = at?.closest(".m"); part; part = part.parentElement.closest(".m")) ids.push(part.dataset.coding);
    if (!ids.length && span) for (const part of find(span.start)[0].parentElement.closest(".line").querySelectorAll(".m")) if (!ids.includes(part.dataset.coding)) ids.push(part.dataset.coding);
    if (!ids.length) return tell("Nothing is coded here.", true);
    choose(ids[(ids.indexOf(chosen) + 1) % ids.length]);
  }

  function changeChosen(act) {
    if (!chosen) return tell("Choose a coding first: O, or its name beside the line.", true);
    if (act === "place" && (!span || span.end <= span.start)) return tell("Select its new place first.", true);
    send("coding", { act, coding: chosen, ...(act === "place" ? { start: span.start, end: span.end } : {}) });
  }

  function enter(create) {
    prepare(create);
    code.focus();
    code.select();     // what was left there is written over
  }

  function prepare(create) {
    making = create;
    if (code) code.placeholder = create ? "Name of the new code; a / b puts it below a" : "Code: type a few letters";
  }

  const keys = {
    c: () => enter(false), n: () => enter(true), q: () => mark("last"), v: () => mark("vivo"), o: through, u: () => changeChosen("unmark"),
    b: () => changeChosen("place"), z: () => send("step", { act: "undo" }), y: () => send("step", { act: "redo" }),
    m: writeMemo,
    r: () => { const recent = $("[data-recent]"); if (recent) recent.focus(); },
    "?": () => dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || dialog.open) return;
    if (deaf) { event.preventDefault(); return; }
    const field = event.target.matches("textarea, select, input"), key = event.key.toLowerCase();
    if (event.key === "Escape") { text.focus({ preventScroll: true }); open("", ""); prepare(false); return; }
    if (field) return;
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      return send("step", { act: key === "y" || event.shiftKey ? "redo" : "undo" });
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^Arrow/.test(event.key) && (event.target === text || event.target === document.body)) { event.preventDefault(); return step(event); }
    const recent = /^[1-9]$/.test(key) && $(`[data-recent="${key}"]`);
    if (recent) { event.preventDefault(); return recent.click(); }
    if (!(key in keys) || (!form && "cnqvrub".includes(key))) return;
    event.preventDefault();
    keys[key]();
  });

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = event.submitter?.value || "mark";
    if (act === "new" && !code.value.trim()) return enter(true);
    mark(making && act === "mark" ? "new" : act, code.value);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = document.activeElement.name === "code" ? "recode" : event.submitter?.value || "memo";
    if (act === "unmark" || act === "place") return changeChosen(act);
    send("coding", { act, ...Object.fromEntries(new FormData(event.target)) });
  });
  $("#steps").addEventListener("submit", (event) => { event.preventDefault(); send("step", { act: event.submitter.value }); });
  document.addEventListener("click", (event) => {
    const tag = event.target.closest("#text [data-coding]"), recent = event.target.closest("[data-recent]");
    if (event.target.closest("[data-shows=keys]")) dialog.showModal();
    if (recent) { event.preventDefault(); mark("mark", recent.value); }
    if (tag && (tag.tagName === "A" || getSelection().isCollapsed)) { event.preventDefault(); choose(tag.dataset.coding); }
    const number = event.target.closest("#text .no");
    if (number) {
      event.preventDefault();
      const start = Number(number.parentElement.dataset.start);
      select(start, start + count($(".words", number.parentElement).textContent));
      text.focus({ preventScroll: true });
    }
  });
  look();
  if (chosen) {
    open(chosen, panel.innerHTML);
    if (!location.hash) $(".m.on", text)?.scrollIntoView({ block: "center" });
  }
})();
