// Keys, and the next card at once: what a card shows comes from the server, and all of it works without this script.
import { Hand } from "./hand.js";

const $ = (selector, root = document) => root?.querySelector(selector);
const place = $("#card"), said = $("#said"), dialog = $("#keys"), line = $("#hand");
const letters = JSON.parse($("#letters")?.textContent || "{}");
const actions = Object.fromEntries(Object.entries(letters).map(([action, letter]) => [letter, action]));
const words = { include: "Included", exclude: "Excluded", maybe: "Maybe", "not-retrieved": "Not retrieved" };
const stage = $(".card", place)?.dataset.stage ?? "";
const counted = (n, one) => `${n.toLocaleString("en")} ${n === 1 ? one : one + "s"}`;
const shown = () => $(".card", place)?.dataset.report;
const hand = line && new Hand(line.dataset, stage, { state, answer: count, refused });
let wasOffline = false;

document.querySelectorAll(".script").forEach((button) => { button.hidden = false; });

function state() {
  const waits = hand.waiting.length, cards = counted(hand.cards.length, "card"), told = hand.read("told", []);
  const kept = waits ? `${counted(waits, "decision")} ${waits === 1 ? "is" : "are"} kept in this browser, and sent when` : "";
  wasOffline ||= hand.offline;
  line.dataset.state = hand.out ? "out" : hand.offline ? "offline" : "";
  $("#net").textContent = hand.out ? `You are logged out. ${kept && `${kept} you are logged in here again. `}Load the page again.`
    : hand.offline ? `No connection. ${kept ? `${kept} it is back.` : "What you decide is kept in this browser."} ${cards} in hand.`
    : waits > 3 ? `Sending ${counted(waits, "decision")} …`
    : wasOffline && hand.sent ? `Connected again: ${counted(hand.sent, "decision")} sent.`
    : hand.along ? `${cards} in hand, for eight hours, also without a connection.` : "";
  $("[data-does=back]").hidden = !hand.along || hand.offline;
  $("[data-does=seen]").hidden = !told.length;
  $("#told").replaceChildren(...told.map(({ text, name, href }) => {
    const item = document.createElement("li"), link = document.createElement("a");
    item.append(text, Object.assign(link, { href, textContent: name }));
    return item;
  }));
}

function refused(decision, text, isLate) {
  const what = `${words[decision.fields.verdict] ?? "Taking back"} was not noted (${text.trim().replace(/\.$/, "")})`;
  if (isLate || !place || !decision.html) {
    hand.write("told", [...hand.read("told", []), { text: `${what}: `, name: decision.name ?? "the report", href: decision.action }]);
    return state();
  }
  if (shown()) hand.put(place.innerHTML, true);     // it is hers to put right, now
  show(decision, `${what}. Decide once more.`, true);
}

const tell = (textContent, wrong = false) => Object.assign(said, { textContent, className: wrong ? "wrong" : "" });

function count({ headers }) {
  const done = Number(headers.get("X-Done")), all = done + Number(headers.get("X-Left"));
  if (!headers.has("X-Done") || !$("#bar")) return;
  $("#done").textContent = done.toLocaleString("en");
  $("#all").textContent = all.toLocaleString("en");
  Object.assign($("#bar"), { max: Math.max(all, 1), value: done });
}

function show({ html, fields = {} }, text, wrong) {
  place.innerHTML = hand.shown = html;
  for (const field of ["note", "reason"]) if (fields[field]) $(".decide", place).elements[field].value = fields[field];
  if (location.pathname !== `/screen/${stage}`) history.replaceState(null, "", `/screen/${stage}`);
  window.scrollTo(0, 0);
  $("h1", place).focus({ preventScroll: true });
  tell(text, wrong);
}

// One decision: it is kept and sent behind the next card, which is shown at once.
async function decide(form, submitter) {
  if (form.dataset.sent) return;
  const { csrf, ...fields } = Object.fromEntries(new FormData(form, submitter));
  const html = place.innerHTML, report = shown(), name = $("h1", place).textContent.trim();
  form.dataset.sent = "1";
  hand.decide({ action: new URL(form.action).pathname, report, fields, html, name });
  await goOn(`${words[submitter.value]}: ${name}`);
}

async function goOn(text) {
  const before = place.innerHTML, card = await hand.take();
  if (place.innerHTML !== before) return card && hand.put(card.html, true);     // one was refused meanwhile
  if (card) return show(card, text);
  place.innerHTML = hand.shown = $("#nothing").innerHTML;
  await hand.go();
  if (!hand.offline && !hand.out && !shown()) location.assign(`/screen/${stage}`);
}

async function undo(form) {
  if (!hand.offline) await hand.go();
  if (!place || (!hand.offline && !hand.waiting.length)) return undoSent(form);
  const decision = hand.takeBack();
  if (!decision) return tell("There is no connection: what was sent is taken back when it is there again.", true);
  if (shown()) hand.put(place.innerHTML, true);
  show(decision, "Taken back.");
}

async function undoSent(form) {
  const response = await fetch(form.action, { method: "POST", headers: { "X-Card": "1" }, body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  const text = response ? await response.text() : "There is no connection.";
  if (response?.ok) location.assign(text);
  else if (said) tell(text, true);
  else form.submit();
}

function needsReason(form, submitter) {
  const reasons = $(".reasons[data-required]", form);
  if (submitter.value !== "exclude" || !reasons || $("input:checked", reasons)) return false;
  tell("Which reason? A number excludes for it.", true);
  reasons.open = true;
  $("input", reasons).focus();
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target, leaves = form.matches("[action='/logout']") && !form.dataset.sent;
  if (!hand || !(form.matches(".undo") || leaves || (form.matches(".decide") && event.submitter && place))) return;
  event.preventDefault();
  if (form.matches(".undo")) return undo(form);
  if (!leaves) return needsReason(form, event.submitter) || decide(form, event.submitter);
  await hand.go();
  if (hand.waiting.length) return;     // they would be lost
  hand.forget();
  form.dataset.sent = "1";
  form.requestSubmit(event.submitter);
});

if (hand) {
  navigator.serviceWorker?.register("/static/offline.js", { scope: "/" }).catch(() => {});
  if (document.documentElement.hasAttribute("data-kept")) {    // by the service worker: what was shown since is known here
    hand.offline = true;
    if (place && hand.shown !== null) place.innerHTML = hand.shown;
  } else if (place && !hand.along) hand.cards.forEach((card) => hand.drop(card.report));
  if (place) {
    hand.drop(shown());
    hand.shown = place.innerHTML;
    if (!shown() || hand.waiting.some((decision) => decision.report === shown())) goOn("");
  }
  hand.go();
  state();
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  window.addEventListener("pagehide", () => {
    if (place && !hand.along && !hand.offline && navigator.onLine) hand.giveBack(0, [place.innerHTML]);
  });
}

function press(action) {
  const button = $(`button[data-action="${action}"]`) || $(`[data-action="${action}"]`);
  const note = action === "note" && button?.closest("details");
  if (note) {
    note.open = true;
    $("textarea", note).focus();
  } else button?.click();
  return Boolean(button);
}

function choose(number) {
  const reason = $(`input[data-number="${number}"]`), button = $('button[value="exclude"]');
  if (!reason || !button) return false;
  reason.closest("details").open = reason.checked = true;
  button.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || dialog?.open) return;
  const field = event.target.matches("textarea, select, input:not([type=radio])");
  if (field) return event.key === "Escape" && event.target.blur();
  const key = event.key.toLowerCase();
  const done = key === "?" ? dialog && (dialog.showModal(), true)
    : /^[1-9]$/.test(key) ? choose(key) : key in actions && press(actions[key]);
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const does = event.target.closest("[data-does]")?.dataset.does;
  if (does === "keys") dialog.showModal();
  if (does === "along") hand.takeAlong().catch(() => tell("There is no connection.", true));
  if (does === "back") hand.giveBack(2);
  if (does === "seen") state(hand.write("told", null));
});
