// What the pages do better with a script, and do without: tables sorted and filtered where they stand; a banner that knows its age.
"use strict";

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2) continue;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const value = (row, n) => row.cells[n].dataset.value ?? row.cells[n].textContent.trim();
  const compare = (a, b, numeric) => {
    if (a === "" || b === "") return (a === "") - (b === "");  // what is blank comes last, either way
    return numeric ? parseFloat(a.replace(/,/g, "")) - parseFloat(b.replace(/,/g, "")) : collator.compare(a, b);
  };
  [...table.tHead.rows[0].cells].forEach((head, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const numeric = head.classList.contains("n");
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" || (numeric && !head.hasAttribute("aria-sort"));
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const blank = row => value(row, n) === "";
      const rows = [...body.rows].sort((a, b) => compare(value(a, n), value(b, n), numeric) * (down && !blank(a) && !blank(b) ? -1 : 1));
      body.append(...rows);
    });
  });
  if (table.dataset.filter && body.rows.length > 2) addFilter(table, body);
}

function addFilter(table, body) {
  const box = document.createElement("div");
  box.className = "filter";
  const label = document.createElement("label");
  label.textContent = table.dataset.filter;
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const said = document.createElement("span");
  said.setAttribute("aria-live", "polite");
  box.append(label, said);
  (table.closest(".wide") ?? table).before(box);
  const texts = new Map([...body.rows].map(row => [row, row.textContent.toLowerCase()]));
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of texts) {
      row.hidden = !words.every(word => text.includes(word));
      shown += !row.hidden;
    }
    said.textContent = words.length ? `${shown} of ${texts.size}` : "";
  });
}

const banner = document.querySelector("[data-overdue-from]");
if (banner && new Date().toISOString().slice(0, 10) >= banner.dataset.overdueFrom) banner.querySelector(".late").hidden = false;
