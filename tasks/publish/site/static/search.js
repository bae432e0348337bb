// Search over the site's pages, by the index that pagefind made of them. It is fetched, so it works over http and not from a folder.
"use strict";

if (location.protocol.startsWith("http")) start();

async function start() {
  const said = document.getElementById("said"), results = document.getElementById("results"), form = document.getElementById("search");
  const pagefind = await import(new URL("pagefind/pagefind.js", location.href));
  form.hidden = false;
  said.textContent = "";
  form.addEventListener("submit", event => event.preventDefault());
  document.getElementById("words").addEventListener("input", async event => {
    const words = event.target.value.trim();
    const found = words ? await pagefind.debouncedSearch(words, {}, 200) : { results: [] };
    if (found === null) return;  // more was typed meanwhile
    const pages = await Promise.all(found.results.slice(0, 20).map(one => one.data()));
    said.textContent = words ? `${found.results.length} ${found.results.length === 1 ? "page" : "pages"}` : "";
    results.replaceChildren(...pages.map(page => {
      const item = document.createElement("li"), link = document.createElement("a"), excerpt = document.createElement("span");
      link.className = "name";
      link.href = page.url;
      link.textContent = page.meta.title ?? page.url;
      excerpt.className = "cite";
      excerpt.textContent = new DOMParser().parseFromString(page.excerpt, "text/html").body.textContent;
      item.append(link, excerpt);
      return item;
    }));
  });
}
