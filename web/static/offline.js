// Without a net: the card that was loaded last, and what it needs, are there after a reload. What is decided on it, hand.js keeps.
const LOOKS = ["page.css", "icon.svg", "screen.js", "hand.js"].map((name) => `/static/${name}`);
const isCard = (path) => /^\/screen\/[a-z-]+$/.test(path), pathOf = (request) => new URL(request.url).pathname;
const open = () => caches.open("living-review");
const plain = { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } };

self.addEventListener("install", (event) => event.waitUntil(open().then((cache) => cache.addAll(LOOKS)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(keepWhatIsOpen()));
self.addEventListener("fetch", (event) => {
  const { request } = event, path = pathOf(request);
  if (new URL(request.url).origin !== location.origin) return;
  if (request.method === "POST" && /^\/log(in|out)$/.test(path)) event.waitUntil(forgetCards());
  if (request.method === "GET" && (LOOKS.includes(path) || request.mode === "navigate")) event.respondWith(answer(request, path));
});

async function keepWhatIsOpen() {
  await self.clients.claim();
  const pages = (await self.clients.matchAll()).map(pathOf).filter(isCard), cache = await open();
  await Promise.all(pages.map((path) => cache.add(path)));
}

async function forgetCards() {
  const cache = await open();
  for (const request of await cache.keys()) if (isCard(pathOf(request))) await cache.delete(request);
}

async function answer(request, path) {
  const cache = await open();
  try {
    const response = await fetch(request);
    if (response.status === 401) await forgetCards();
    else if (response.ok && (LOOKS.includes(path) || isCard(path))) await cache.put(path, response.clone());
    return response;
  } catch {
    const other = /^\/(screen.*)?$/.test(path) && (await cache.keys()).find((kept) => isCard(pathOf(kept)));
    const found = (await cache.match(path)) ?? (other && (await cache.match(other)));
    if (!found) return new Response("There is no connection. Cards in hand are under /screen.", plain);
    return LOOKS.includes(path) ? found : new Response((await found.text()).replace("<html", "<html data-kept"), { headers: found.headers });
  }
}
