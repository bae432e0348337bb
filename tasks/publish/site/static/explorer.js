// Studies filtered by stacked codes and characteristics. Codes are all borne; of one characteristic any of the values chosen. What is
// chosen stands in the address, so that it can be sent to somebody. Its data is a script beside the page: nothing is fetched.
"use strict";

const data = window.explorer;
const chosen = new Set();
const groups = [];  // { name, any, options: [{ key, label, depth, studies: Set, box, count }] }
const make = (tag, text, kind) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
};

const decode = text => {
  try { return decodeURIComponent(text); } catch { return text; }  // an address that was cut
};

if (data) start();

function start() {
  if (data.codes.length) {
    groups.push({ name: "Codes", any: false, options: data.codes.map(([label, slug, depth, studies]) => ({ key: `c:${slug}`, slug, label, depth, studies: new Set(studies) })) });
  }
  for (const [label, slug, values] of data.fields) {
    groups.push({ name: label, any: true, options: values.map(([value, studies]) => ({ key: `${slug}:${value}`, label: value, depth: 0, studies: new Set(studies) })) });
  }
  const wanted = new Set(location.hash.slice(1).split("&").map(decode));
  for (const { key } of groups.flatMap(group => group.options)) if (wanted.has(key)) chosen.add(key);
  const facets = document.getElementById("facets");
  groups.forEach((group, place) => facets.append(draw(group, place)));
  document.getElementById("clear").addEventListener("click", () => { chosen.clear(); show(); });
  document.getElementById("explorer").hidden = false;
  show();
}

function draw(group, place) {
  const details = make("details");
  details.open = (place < 2 && innerWidth > 736) || group.options.some(option => chosen.has(option.key));
  details.append(make("summary", group.name));
  const list = make("ul");
  list.tabIndex = 0;
  list.setAttribute("aria-label", group.name);
  for (const option of group.options) {
    const item = make("li"), label = make("label", undefined, `d${Math.min(option.depth, 6)}`);
    option.box = make("input");
    option.box.type = "checkbox";
    option.box.addEventListener("change", () => { option.box.checked ? chosen.add(option.key) : chosen.delete(option.key); show(); });
    option.count = make("b");
    option.row = label;
    label.append(option.box, make("span", option.label), option.count);
    item.append(label);
    list.append(item);
  }
  details.append(list);
  return details;
}

// The studies that bear all that is chosen; `but` leaves one group out, to count what its other values would bring.
function find(but) {
  return data.studies.map((_, n) => n).filter(n => groups.every(group => {
    if (group === but) return true;
    const picked = group.options.filter(option => chosen.has(option.key));
    return !picked.length || (group.any ? picked.some(option => option.studies.has(n)) : picked.every(option => option.studies.has(n)));
  }));
}

function show() {
  const found = find();
  for (const group of groups) {
    const within = group.any ? find(group) : found;
    for (const option of group.options) {
      const n = within.filter(study => option.studies.has(study)).length;
      option.box.checked = chosen.has(option.key);
      option.count.textContent = n;
      option.row.classList.toggle("none", n === 0 && !option.box.checked);
    }
  }
  const all = data.studies.length;
  document.getElementById("found").textContent = chosen.size ? `${found.length} of ${all} studies` : `${all} ${all === 1 ? "study" : "studies"}`;
  document.getElementById("clear").hidden = !chosen.size;
  const codes = groups.flatMap(group => group.options.filter(option => option.slug && chosen.has(option.key)));
  document.getElementById("results").replaceChildren(...found.map(n => {
    const [label, slug, year, title] = data.studies[n], item = make("li"), link = make("a", label);
    link.href = `studies/${slug}.html${codes.length ? `#${codes[codes.length - 1].slug}` : ""}`;
    item.append(link, make("span", year ? ` ${year}` : "", "soft"), make("span", title === label ? "" : title, "cite under"));
    return item;
  }));
  const picked = groups.flatMap(group => group.options.filter(option => chosen.has(option.key)).map(option => [group, option]));
  document.getElementById("chosen").replaceChildren(...picked.map(([group, option]) => {
    const item = make("li"), button = make("button", `${group.any ? `${group.name}: ` : ""}${option.label} ×`);
    button.type = "button";
    button.setAttribute("aria-label", `Take away ${option.label}`);
    button.addEventListener("click", () => { chosen.delete(option.key); show(); });
    item.append(button);
    return item;
  }));
  const hash = [...chosen].map(encodeURIComponent).join("&");
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}
