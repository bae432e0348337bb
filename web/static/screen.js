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
const hand = line && new Hand(line.dataset.person, stage, line.dataset.csrf, { state, answer: count, sent: state, refused });
let wasOffline = false;

document.querySelectorAll(".script").forEach((button) => { button.hidden = false; });

// --- What is said of the hand ---------------------------------------------------------------------

function state() {
  if (!hand) return;
  const waits = hand.waiting.length, cards = hand.cards.length;
  const kept = waits ? `${counted(waits, "decision")} ${waits === 1 ? "is" : "are"} kept in this browser` : "";
  wasOffline ||= hand.offline;
  line.dataset.state = hand.out ? "out" : hand.offline ? "offline" : "";
  $("#net").textContent = hand.out ? `You are logged out${kept && `; ${kept}, and sent once you are logged in here again`}. Load the page again.`
    : hand.offline ? `No connection. ${kept ? `${kept}, and sent when it is back` : "What you decide is kept in this browser"}. ${counted(cards, "card")} in hand.`
    : waits > 3 ? `Sending ${counted(waits, "decision")} …`
    : wasOffline && hand.sent ? `Connected again: ${counted(hand.sent, "decision")} sent.`
    : hand.along ? `${counted(cards, "card")} in hand, also without a connection, until tonight.` : "";
  $("[data-does=back]").hidden = !(hand.along && !hand.offline);
  $("#told").replaceChildren(...hand.read("told", []).map(({ text, name, href }) => {
    const item = document.createElement("li"), link = document.createElement("a");
    Object.assign(link, { href, textContent: name });
    item.append(text, ": ", link);
    return item;
  }));
  $("[data-does=seen]").hidden = !hand.read("told", []).length;
}

function refused(decision, text, isLate) {
  const what = `${words[decision.fields.verdict] ?? "Taking back"} was not noted (${text.trim().replace(/\.$/, "")})`;
  if (!isLate && place && decision.html) {   // it is hers to put right, now
    if (shown()) hand.put(place.innerHTML, true);
    show(decision, `${what}. Decide once more.`, true);
  } else hand.write("told", [...hand.read("told", []), { text: what, name: decision.name ?? "the report", href: decision.action }]);
  state();
}

function tell(text, wrong = false) {
  said.textContent = text;
  said.classList.toggle("wrong", wrong);
}

function count(response) {
  const done = response.headers.get("X-Done"), left = response.headers.get("X-Left");
  if (done === null || !$("#bar")) return;
  const all = Number(done) + Number(left);
  $("#done").textContent = Number(done).toLocaleString("en");
  $("#all").textContent = all.toLocaleString("en");
  Object.assign($("#bar"), { max: Math.max(all, 1), value: Number(done) });
}

// --- Cards ----------------------------------------------------------------------------------------

function show({ html, fields = {} }, text, wrong) {
  place.innerHTML = html;
  hand.shown = html;
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
  if (place.innerHTML !== before) { if (card) hand.put(card.html, true); return; }    // one was refused meanwhile
  if (card) return show(card, text);
  place.innerHTML = '<section class="empty"><h1 tabindex="-1">All in hand is decided</h1><p>It is sent when there is a connection; then there are more cards.</p></section>';
  hand.shown = "";
  if (!hand.offline && !hand.out) await hand.go();
  if (!hand.offline && !hand.out && !shown()) location.assign(`/screen/${stage}`);
}

async function undo(form) {
  await (hand?.offline || hand?.go());
  if (!hand?.waiting.length && !hand?.offline) return form.submit();
  const decision = hand.takeBack();
  if (!decision) return tell("There is no connection: what was sent is taken back when it is there again.", true);
  if (shown()) hand.put(place.innerHTML, true);
  show(decision, "Taken back.");
}

function needsReason(form, submitter) {
  const reasons = $(".reasons[open]", form);
  if (submitter.value !== "exclude" || !reasons || !reasons.dataset.required || $("input:checked", reasons)) return false;
  tell("Which reason? A number excludes for it.", true);
  $("input", reasons).focus();
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (place && form.matches(".decide") && event.submitter) {
    event.preventDefault();
    if (!needsReason(form, event.submitter)) decide(form, event.submitter);
  } else if (hand && form.matches(".undo")) {
    event.preventDefault();
    undo(form);
  } else if (hand && form.matches("[action='/logout']") && !form.dataset.sent) {
    event.preventDefault();
    await hand.go();
    if (hand.waiting.length) return state();
    hand.forget();
    form.dataset.sent = "1";
    form.requestSubmit(event.submitter);
  }
});

if (hand) {
  navigator.serviceWorker?.register("/static/offline.js", { scope: "/" }).catch(() => {});
  if (place) {
    if (document.documentElement.hasAttribute("data-kept")) {    // of the service worker: what was shown is known here
      hand.offline = true;
      if (hand.shown !== null) place.innerHTML = hand.shown;
    } else if (!hand.along) hand.cards.forEach((card) => hand.drop(card.report));
    if (shown()) hand.drop(shown());
    hand.shown = place.innerHTML;
    if (!shown() || hand.waiting.some((decision) => decision.report === shown())) goOn("");
  }
  hand.go();
  state();
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  window.addEventListener("pagehide", () => {
    if (place && !hand.along && !hand.offline && navigator.onLine) hand.giveBack(true, [place.innerHTML]);
  });
}

// --- Keys -----------------------------------------------------------------------------------------

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
  const does = event.target.closest("[data-does]")?.dataset.does;
  if (does === "keys") dialog.showModal();
  if (does === "along") hand.takeAlong().catch(() => tell("There is no connection.", true));
  if (does === "back") hand.giveBack(false);
  if (does === "seen") { hand.write("told", null); state(); }
});
