"use strict";
/* In a folder on a server: after the first visit, the page opens without a network, too. */

if (location.protocol.startsWith("http") && "serviceWorker" in navigator) {
  listeners.push(() => {
    navigator.serviceWorker.register("offline.js").then(() => navigator.serviceWorker.ready).then(
      () => {
        words.ready = words.offline;
        if (!engine.waiting.size) engine.say(words.ready);
        document.body.dataset.offline = "yes";
      },
      () => {}, // a place where none is allowed: the page works with a network
    );
  });
}
