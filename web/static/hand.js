// The cards in hand and the decisions that wait to be sent. Both are kept in this browser, so that screening goes on without a net;
// each decision is sent until the server has answered, and says by its `sending` that it is the same one.
const deep = 2;            // so many cards are at hand behind the one that is shown
const shownReport = () => document.querySelector("#card .card")?.dataset.report ?? "";

export class Hand {
  // `tell`: what the page does with news: { state(), answer(response), refused(decision, text, isLate) }.
  constructor({ person, csrf }, stage, tell) {
    Object.assign(this, { stage, csrf, tell, offline: false, out: false, end: false, under: null, sent: 0, unkept: {} });
    this.prefix = `living-review/${person}/`;
    this.cards = this.read(`${stage}/cards`, []).map((report) => ({ report, html: this.read(`${stage}/card/${report}`, "") }));
    this.write("waiting", this.waiting.map((decision) => ({ ...decision, late: "1" })));  // of a page before this one
    window.addEventListener("online", () => this.go());
    window.addEventListener("offline", () => this.lose());
  }

  read(name, none) { return this.unkept[name] ?? JSON.parse(localStorage.getItem(this.prefix + name)) ?? none; }

  write(name, value) {
    try {
      delete this.unkept[name];
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch { this.unkept[name] = value; }      // no room: it lasts as long as this page
  }

  get waiting() { return this.read("waiting", []); }
  set waiting(decisions) { this.write("waiting", decisions); this.tell.state(); }
  get along() { return this.read(`${this.stage}/along`, false); }
  get shown() { return this.read(`${this.stage}/shown`, null); }
  set shown(html) { this.write(`${this.stage}/shown`, html); }

  keep() {
    this.write(`${this.stage}/cards`, this.cards.map((card) => card.report));
    if (!this.cards.length) this.write(`${this.stage}/along`, null);
    this.tell.state();
  }

  put(html, first = false) {
    const report = html.match(/data-report="(\w+)"/)[1];
    if (this.cards.some((other) => other.report === report)) return;
    this.cards[first ? "unshift" : "push"]({ html, report });
    this.write(`${this.stage}/card/${report}`, html);
    this.keep();
  }

  drop(report) {
    this.cards = this.cards.filter((card) => card.report !== report);
    this.write(`${this.stage}/card/${report}`, null);
    this.keep();
  }

  // The next card, once it is here; undefined where none comes.
  async take() {
    while (!this.cards.length && this.under && !this.offline) await this.under;
    const [card] = this.cards;
    if (card) this.drop(card.report);
    return card;
  }

  decide(decision) {
    const sending = crypto.randomUUID?.() ?? `${Math.random()}${Date.now()}`;
    this.waiting = [...this.waiting, { sending, late: this.offline || this.along ? "1" : "", ...decision }];
    this.go();
  }

  // Takes the last decision back that was not sent. One that may have come through is cleared behind itself.
  takeBack() {
    const decision = this.waiting.at(-1), { report, sending, tried, html } = decision ?? {};
    if (!html) return null;
    const clear = { action: "/clear", report, fields: { stage: this.stage, report }, sending: `${sending} back` };
    this.waiting = [...this.waiting.slice(0, -1), ...(tried ? [{ ...decision, html: "" }, clear] : [])];
    return decision;
  }

  // One request after the other, so that each knows what is in hand, until nothing waits and enough is at hand.
  go() {
    if (!this.out) this.under ??= this.send().finally(() => { this.under = null; this.tell.state(); });
    return this.under;
  }

  async send() {
    for (;;) {
      const [decision] = this.waiting, enough = this.cards.length >= deep || this.end || !this.stage || this.along;
      if (!decision && enough) return;
      let response, text;
      try {
        response = await this.ask(decision, enough);
        text = await response.text();
      } catch { /* there is no net, or the server does not answer */ }
      if (text === undefined || response.status >= 500) return this.lose();
      this.offline = false;
      if (this.out = response.status === 401 || response.status === 403) return;
      if (decision) this.waiting = this.waiting.filter((other) => other.sending !== decision.sending);
      if (decision && !response.ok) this.tell.refused(decision, text, [404, 409].includes(response.status));
      if (!response.ok && !decision) return;
      if (!response.ok || decision?.action === "/clear") continue;
      this.sent += decision ? 1 : 0;
      this.tell.answer(response);
      if (text.includes("data-report")) this.put(text);
      else if (!enough) this.end = true;
    }
  }

  ask(decision, enough, what = "next") {
    const behind = this.waiting.slice(decision ? 1 : 0), holding = [shownReport(), ...[...this.cards, ...behind].map((one) => one.report)];
    const asked = { headers: { "X-Card": "1" }, signal: AbortSignal.timeout(30000) };
    if (!decision) return fetch(`/screen/${this.stage}/${what}?holding=${holding}`, asked);
    const { action, fields, sending, late, tried } = decision;
    this.waiting = [{ ...decision, tried: true }, ...behind];
    const body = new URLSearchParams({ ...fields, csrf: this.csrf, sending, late: tried ? "1" : late, enough: enough ? "1" : "", holding });
    return fetch(action, { method: "POST", body, ...asked });
  }

  lose() {
    this.offline = true;
    this.tell.state();
    clearTimeout(this.again);
    this.again = setTimeout(() => this.go(), 5000);
  }

  async takeAlong() {
    await this.go();
    const box = document.createElement("template");
    box.innerHTML = await (await this.ask(null, false, "along")).text();
    this.write(`${this.stage}/along`, true);
    box.content.querySelectorAll("article").forEach((card) => this.put(card.outerHTML));
    this.keep();
  }

  // Gives back the cards in hand, but for so many; `shown`: the one that is shown too.
  giveBack(but, shown = []) {
    const back = this.cards.slice(but), words = [...back.map((card) => card.html), ...shown].map((html) => html.match(/data-word="(\w*)"/)?.[1]);
    this.write(`${this.stage}/along`, null);
    back.forEach((card) => this.drop(card.report));
    navigator.sendBeacon("/screen/release", new URLSearchParams({ csrf: this.csrf, words }));
  }

  forget() { Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).forEach((key) => localStorage.removeItem(key)); }
}
