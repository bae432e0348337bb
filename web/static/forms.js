// Saves each answer as it is left. What could not be saved stays in this window, over a reload too, and says so.
"use strict";
(() => {
  const form = document.querySelector("form.answers[data-subject]");
  if (!form || !form.elements.keys?.value) return;
  const said = document.querySelector("#said"), csrf = form.elements.csrf.value;
  const place = (key) => `${form.dataset.who}/${form.dataset.subject}/${key}`;
  const fields = [...form.querySelectorAll(".field")];
  const seen = {}, sent = {};
  let sending = Promise.resolve(), bound = false, waiting = 0;

  const controls = (field) => [...field.querySelectorAll("input, textarea")];
  const read = (field) => new URLSearchParams(controls(field).filter((one) => !/radio|checkbox/.test(one.type) || one.checked)
    .map((one) => [one.name, one.value])).toString();
  const fit = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };

  function tell(field, text, wrong) {
    const line = field.querySelector(".state");
    line.textContent = text;
    line.classList.toggle("wrong", wrong);
    controls(field).forEach((one) => { if (one.id) one.setAttribute("aria-invalid", wrong); });
  }

  // One after the other, so that each knows what the one before has noted.
  function save(field, keepalive = false) {
    const key = field.dataset.key, now = read(field);
    if (now === sent[key]) return sending;
    sent[key] = now;
    sessionStorage.setItem(place(key), `${seen[key]}|${now}`);
    const send = () => fetch(form.action, {
      method: "POST", keepalive, headers: { "X-Field": key },
      body: new URLSearchParams([...new URLSearchParams(now), ["csrf", csrf], ["seen", seen[key]]]),
    }).then((response) => note(field, response), () => fail(field, "no connection; it is tried again when you leave a field"));
    if (keepalive) return send();
    tell(field, "Saving …", false);
    sending = sending.then(send);
    return sending;
  }

  async function note(field, response) {
    const key = field.dataset.key, kind = response.headers.get("content-type") || "";
    if (!kind.includes("json")) return fail(field, "load the page again");
    const stands = await response.json();
    if (![200, 400, 409].includes(response.status)) return fail(field, response.status === 401 ? "you are logged out" : stands.wrong.replace(/\.$/, ""));
    if (response.status === 409) sessionStorage.removeItem(place(key));  // what stands now is shown when the page is loaded again
    if (!response.ok) return tell(field, `Not saved. ${stands.wrong}`, true);
    seen[key] = stands.seen;
    if (read(field) === sent[key]) sessionStorage.removeItem(place(key));
    tell(field, (stands.at ? `Saved ${stands.at}` : "") + (stands.read ? `; ${stands.read}` : ""), false);
    document.querySelector("#answered").textContent = stands.answered;
    document.querySelector("#bar").value = stands.answered;
    field.querySelector("[data-undoes]").hidden = !stands.undo;
    const empties = field.querySelector("[data-empties]");
    if (empties) empties.hidden = !controls(field).some((one) => one.checked);
  }

  function fail(field, why) {
    sent[field.dataset.key] = null;
    tell(field, `Not saved: ${why}.`, true);
  }

  const saveAll = () => { fields.forEach((field) => save(field)); return sending; };

  for (const field of fields) {
    const key = field.dataset.key, kept = sessionStorage.getItem(place(key));
    seen[key] = form.elements.seen.value;
    sent[key] = read(field);
    if (kept !== null) restore(field, ...kept.split(/\|(.*)/s));
    field.querySelectorAll("textarea").forEach((area) => { fit(area); area.addEventListener("input", () => fit(area)); });
  }

  // What was written here and not saved before the page was loaded again.
  function restore(field, known, text) {
    if (text === read(field)) return sessionStorage.removeItem(place(field.dataset.key));
    const kept = new URLSearchParams(text);
    seen[field.dataset.key] = known;
    for (const one of controls(field)) {
      if (/radio|checkbox/.test(one.type)) one.checked = kept.get(one.name) === one.value;
      else one.value = kept.get(one.name) ?? one.value;
    }
    tell(field, "Not saved yet.", true);
    save(field);
  }

  form.addEventListener("change", (event) => {
    const field = event.target.closest(".field"), one = event.target;
    if (!field) return;
    if (one.type === "checkbox" && one.checked) {  // that there is no value goes with no value
      controls(field).forEach((other) => { if (other !== one && (one.dataset.alone ?? other.dataset.alone) !== undefined) other.checked = false; });
    }
    clearTimeout(waiting);  // arrow keys pass over what is not meant
    if (one.type === "radio") waiting = setTimeout(() => save(field), 400);
    else save(field);
  });
  form.addEventListener("focusout", (event) => {
    const field = event.target.closest(".field");
    if (field && event.target.matches("input, textarea")) fields.filter((other) => other === field || sent[other.dataset.key] === null).forEach((other) => save(other));
  });
  form.addEventListener("submit", async (event) => {  // what a button does comes after what was written
    if (bound || !event.submitter) return;
    event.preventDefault();
    const button = event.submitter;
    await saveAll();
    if (button.value === "save") { said.textContent = form.querySelector(".state.wrong") ? "Not all is saved: see the lines in red." : "All is saved."; return; }
    if (button.value === "done" && form.querySelector(".state.wrong")) { form.querySelector(".state.wrong").scrollIntoView({ block: "center" }); return; }
    fields.forEach((field) => { if (!field.querySelector(".state.wrong")) sessionStorage.removeItem(place(field.dataset.key)); });
    form.elements.keys.value = "";  // all is saved by now
    bound = true;
    setTimeout(() => form.requestSubmit(button));  // while one submission is being told of, no other begins
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=save]"));
    }
  });
  addEventListener("pagehide", () => fields.forEach((field) => save(field, true)));
})();
