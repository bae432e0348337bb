// Without a net: the card that was loaded last, and what it needs, are there after a reload. What is decided on it, hand.js keeps.
const NAME = "living-review", LOOKS = ["page.css", "icon.svg", "screen.js", "hand.js"].map((name) => `/static/${name}`);
const isCard = (path) => /^\/screen\/[a-z-]+$/.test(path);
const open = () => caches.open(NAME);

self.addEventListener("install", (event) => event.waitUntil(open().then((cache) => cache.addAll(LOOKS)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(keepWhatIsOpen()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.method === "POST" && /^\/log(in|out)$/.test(pathname)) event.waitUntil(forgetCards());
  if (event.request.method === "GET" && (LOOKS.includes(pathname) || event.request.mode === "navigate")) event.respondWith(answer(event.request, pathname));
});

async function keepWhatIsOpen() {
  await self.clients.claim();
  const pages = (await self.clients.matchAll()).map((page) => new URL(page.url).pathname).filter(isCard);
  await Promise.all(pages.map((path) => open().then((cache) => cache.add(path))));
}

async function forgetCards() {
  const cache = await open();
  for (const request of await cache.keys()) if (!LOOKS.includes(new URL(request.url).pathname)) await cache.delete(request);
}

async function answer(request, path) {
  try {
    const response = await fetch(request);
    if (response.status === 401) await forgetCards();
    else if (response.ok && (LOOKS.includes(path) || isCard(path))) await (await open()).put(path, response.clone());
    return response;
  } catch {
    const cache = await open(), found = (await cache.match(path)) ?? (path === "/" || path.startsWith("/screen") ? await findCard(cache) : null);
    if (found && LOOKS.includes(path)) return found;
    if (found) return new Response((await found.text()).replace("<html", "<html data-kept"), { headers: found.headers });
    return new Response("There is no connection. Cards in hand are under /screen.", { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
}

async function findCard(cache) {
  const request = (await cache.keys()).find((kept) => isCard(new URL(kept.url).pathname));
  return request ? cache.match(request) : null;
}
