"use strict";
/* Keeps the files of the page, so that it also opens without a network after the first visit.

   The packer writes above this: `packed`, with the `place` of the page, the `id` of its content, and its `files`. */

const kept = `backprop-${packed.place}-${packed.id}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(packed.files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name.startsWith(`backprop-${packed.place}-`) && name !== kept);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    caches.open(kept).then((cache) => cache.match(event.request, { ignoreSearch: true })).then((found) => found || fetch(event.request)),
  );
});
