// The cards in hand and the decisions that wait to be sent. Both are kept in this browser, so that screening goes on without a net;
// each decision is sent until the server has answered, and says by its `sending` that it is the same one.
const deep = 2;            // so many cards are at hand behind the one that is shown

export class Hand {
  // `tell`: what the page does with news: { state(), answer(response), sent(), refused(decision, text) }.
  constructor(person, stage, csrf, tell) {
    Object.assign(this, { stage, csrf, tell, offline: false, out: false, end: false, under: null, sent: 0 });
    this.prefix = `living-review/${person}/`;
    this.cards = this.read(`${stage}/cards`, []).map((report) => ({ report, html: this.read(`${stage}/card/${report}`, "") }));
    this.write("waiting", this.waiting.map((decision) => ({ ...decision, late: "1" })));  // of a page before this one
    window.addEventListener("online", () => this.go());
    window.addEventListener("offline", () => this.lose());
  }

  read(name, none) {
    try { return JSON.parse(localStorage.getItem(this.prefix + name)) ?? none; } catch { return none; }
  }

  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch { this.full = true; }      // no room, or none allowed: what is in hand lasts as long as this page
  }

  get waiting() { return this.read("waiting", this.full ? this.unkept : []); }

  set waiting(decisions) { this.unkept = decisions; this.write("waiting", decisions); this.tell.state(); }

  get along() { return this.read(`${this.stage}/along`, false); }

  get shown() { return this.read(`${this.stage}/shown`, null); }

  set shown(html) { this.write(`${this.stage}/shown`, html); }

  get holding() { return [...this.cards.map((card) => card.report), ...this.waiting.map((d) => d.report)]; }

  put(html, first = false) {
    const card = { html, report: html.match(/data-report="(\w+)"/)[1] };
    if (this.cards.some((other) => other.report === card.report)) return;
    this.cards[first ? "unshift" : "push"](card);
    this.write(`${this.stage}/card/${card.report}`, html);
    this.keep();
  }

  keep() {
    this.write(`${this.stage}/cards`, this.cards.map((card) => card.report));
    if (!this.cards.length) this.write(`${this.stage}/along`, null);
    this.tell.state();
  }

  drop(report) {
    this.cards = this.cards.filter((card) => card.report !== report);
    this.write(`${this.stage}/card/${report}`, null);
    this.keep();
  }

  // The next card, once it is here; null where none comes.
  async take() {
    while (!this.cards.length && this.under && !this.offline) await this.under;
    const card = this.cards[0];
    if (card) this.drop(card.report);
    return card ?? null;
  }

  decide(decision) {
    const late = this.offline || this.along ? "1" : "";
    this.waiting = [...this.waiting, { sending: crypto.randomUUID?.() ?? `${Math.random()}${Date.now()}`, late, ...decision }];
    this.go();
  }

  // Takes the last decision back that was not sent. One that may have come through is cleared behind itself.
  takeBack() {
    const decision = this.waiting.at(-1);
    if (!decision?.html) return null;
    const rest = this.waiting.slice(0, -1);
    const clear = { action: "/clear", report: decision.report, fields: { stage: this.stage, report: decision.report } };
    this.waiting = decision.tried ? [...rest, decision, { ...clear, sending: decision.sending + "-back" }] : rest;
    return decision;
  }

  // One request after the other, so that each knows what is in hand, until nothing waits and enough is at hand.
  go() {
    if (!this.out) this.under ??= this.send().finally(() => { this.under = null; this.tell.state(); });
    return this.under;
  }

  async send() {
    for (;;) {
      const decision = this.waiting[0], enough = this.cards.length >= deep || this.end || !this.stage || this.along;
      if (!decision && enough) return;
      if (decision) this.mark(decision.sending);
      let response, text;
      try {
        response = await (decision ? this.post(decision, enough) : this.get("next"));
        text = await response.text();
        if (response.status >= 500) throw new Error(text);
      } catch { this.lose(); return; }
      if (response.status === 401 || response.status === 403) { this.out = true; return; }
      this.offline = false;
      if (decision) this.settle(decision, response, text);
      if (response.ok && decision?.action !== "/clear") {
        this.tell.answer(response);
        if (text.includes("data-report")) this.put(text);
        else if (!enough) this.end = true;
      } else if (!decision) return;
    }
  }

  get(what) {
    return fetch(`/screen/${this.stage}/${what}?holding=${[shownReport(), ...this.holding]}`, { headers: { "X-Card": "1" }, signal: AbortSignal.timeout(30000) });
  }

  post({ action, fields, sending, late }, enough) {
    const holding = [shownReport(), ...this.cards.map((card) => card.report), ...this.waiting.slice(1).map((d) => d.report)];
    const body = new URLSearchParams({ ...fields, csrf: this.csrf, sending, late, enough: enough ? "1" : "", holding });
    return fetch(action, { method: "POST", headers: { "X-Card": "1" }, body, signal: AbortSignal.timeout(30000) });
  }

  mark(sending) {
    this.waiting = this.waiting.map((d) => (d.sending === sending ? { ...d, late: d.tried ? "1" : d.late, tried: true } : d));
  }

  settle(decision, response, text) {
    this.waiting = this.waiting.filter((other) => other.sending !== decision.sending);
    if (response.ok) { this.sent += 1; this.tell.sent(); } else this.tell.refused(decision, text, response.status === 409);
  }

  lose() {
    this.offline = true;
    this.tell.state();
    clearTimeout(this.again);
    this.again = setTimeout(() => this.go(), 5000);
  }

  async takeAlong() {
    await this.go();
    const response = await this.get("along");
    if (!response.ok) throw new Error("no answer");
    const box = document.createElement("template");
    box.innerHTML = await response.text();
    this.write(`${this.stage}/along`, true);
    box.content.querySelectorAll("article").forEach((card) => this.put(card.outerHTML));
    this.keep();
  }

  // Forgets all of this person in this browser.
  forget() {
    Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).forEach((key) => localStorage.removeItem(key));
  }

  // Gives back what is in hand: `all`, or what is more than enough.
  giveBack(all, also = []) {
    const back = this.cards.slice(all ? 0 : deep), words = [...back.map((card) => card.html), ...also].map((html) => html.match(/data-word="(\w*)"/)?.[1]);
    this.write(`${this.stage}/along`, null);
    back.forEach((card) => this.drop(card.report));
    navigator.sendBeacon("/screen/release", new URLSearchParams({ csrf: this.csrf, words }));
  }
}

const shownReport = () => document.querySelector("#card .card")?.dataset.report ?? "";
