"use strict";
/* The worker of the page that marks: Pyodide with the program in it, and a door that takes calls.

   It is a classic worker made of a blob, because only that also runs in a page that was opened by double click. It
   gets every file from the page or from beside it, whatever type a server sends, and nothing from anywhere else. */

// Pyodide takes a worker with this function for one that cannot import modules, which it can.
Object.defineProperty(self, "importScripts", { value: undefined });

const INSIDE = "https://runtime.invalid/"; // an address of which every file is answered here
const fetchReally = self.fetch.bind(self);
let given = {}; // files that the page carries: {name: {text, packed}}
let base = ""; // the address of those beside the page
let sizes = {}; // bytes of every file, as it was packed
let done = 0;

class Failure extends Error {
  constructor(kind, file, reason) {
    super(reason);
    Object.assign(this, { kind, file });
  }
}

/** Says how far the loading is: a stage, and a fraction of all bytes. */
function progress(stage, file) {
  if (file) done += sizes[file] || 0;
  const all = Object.entries(sizes).reduce((sum, [name, size]) => sum + (name === "proofs.zip" ? 0 : size), 0);
  self.postMessage({ progress: stage, fraction: all ? done / all : 0 });
}

async function decoded({ text, packed }) {
  const bytes = Uint8Array.fromBase64
    ? Uint8Array.fromBase64(text)
    : new Uint8Array(await (await fetchReally("data:application/octet-stream;base64," + text)).arrayBuffer());
  if (!packed) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A file as an answer to a request, with the type that its ending means. */
async function answer(name) {
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  if (name in given) return new Response(await decoded(given[name]), { headers: { "Content-Type": type } });
  let found;
  try {
    found = await fetchReally(base + name);
  } catch (error) {
    throw new Failure("missing", name, String(error));
  }
  if (!found.ok) throw new Failure("missing", name, String(found.status));
  if (found.headers.get("Content-Type") === type) return found; // which the browser may have compiled before
  return new Response(found.body, { headers: { "Content-Type": type } });
}

async function bytesOf(name) {
  let found;
  try {
    found = await (await answer(name)).arrayBuffer();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure("damaged", name, String(error));
  }
  if (name in sizes && found.byteLength !== sizes[name]) throw new Failure("damaged", name, String(found.byteLength));
  progress("loading", name);
  return found;
}

self.fetch = (request, options) => {
  const address = String(request.url || request);
  return address.startsWith(INSIDE) ? answer(address.slice(INSIDE.length)) : fetchReally(request, options);
};

async function imported(name) {
  const address = URL.createObjectURL(new Blob([await bytesOf(name)], { type: "text/javascript" }));
  return import(address);
}

async function start(setting) {
  const archives = [bytesOf("runtime/native.zip"), bytesOf("app.zip")];
  archives.forEach((one) => one.catch(() => {})); // which is awaited below
  const lock = new TextDecoder().decode(await bytesOf("runtime/pyodide-lock.json"));
  const { loadPyodide } = await imported("runtime/pyodide.mjs");
  const createPyodideModule = (await imported("runtime/pyodide.asm.mjs")).default;
  const pyodide = await loadPyodide({
    indexURL: INSIDE + "runtime/",
    packageBaseUrl: INSIDE,
    lockFileContents: lock,
    stdLibURL: INSIDE + "runtime/python_stdlib.zip",
    createPyodideModule,
    stdout: () => {},
    stderr: (said) => console.warn(said),
  });
  progress("unpacking", "runtime/pyodide.asm.wasm");
  const place = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
  unpack = async (name, bytes) => {
    try {
      pyodide.unpackArchive(bytes, "zip", { extractDir: place });
    } catch (error) {
      throw new Failure("damaged", name, String(error));
    }
    pyodide.runPython("import importlib; importlib.invalidate_caches()");
  };
  for (const [index, one] of archives.entries()) await unpack(["runtime/native.zip", "app.zip"][index], await one);
  progress("importing", "runtime/python_stdlib.zip");
  const open = pyodide.runPython("from backprop_cli.web.marking.door import opened_door\nopened_door");
  return open(setting);
}

let door = null;
let unpack = null;
let hasProofs = false;

/** The answer to a call; what it still needs is unpacked, and it is called again. */
async function called(message) {
  const said = JSON.parse(door.call(JSON.stringify(message)));
  if (!said.needs) return said;
  if (hasProofs) return { error: `ModuleNotFoundError: ${said.needs}` };
  await unpack("proofs.zip", await bytesOf("proofs.zip"));
  hasProofs = true;
  return called(message);
}

self.onmessage = async ({ data }) => {
  if (data.start) {
    try {
      ({ files: given, base, sizes } = data.start);
      done = 0;
      door = await start(data.start.setting);
      given = "proofs.zip" in given ? { "proofs.zip": given["proofs.zip"] } : {};
      self.postMessage({ ready: true });
    } catch (error) {
      self.postMessage({ failed: { kind: error.kind || "start", file: error.file || "", reason: String(error.message || error) } });
    }
    return;
  }
  try {
    self.postMessage({ id: data.id, answer: await called(data.message) });
  } catch (error) {
    self.postMessage({ id: data.id, answer: { error: String(error.message || error).trim().split("\n").pop() } });
  }
};
