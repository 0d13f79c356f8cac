/* Compiles the modules of an archive for the Python of a page: node compile.mjs FOLDER IN.zip OUT.zip

   FOLDER has the files of Pyodide. Compiled modules start two seconds sooner than their texts. */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, from, to] = process.argv.slice(2).map((one) => resolve(one));
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: folder + "/", packageBaseUrl: folder + "/" });
pyodide.FS.writeFile("/in.zip", readFileSync(from));
pyodide.runPython(`
import io, py_compile, zipfile
from pathlib import Path

with zipfile.ZipFile("/in.zip") as given, zipfile.ZipFile("/out.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
    for name in sorted(given.namelist()):
        data = given.read(name)
        if name.endswith(".py"):
            Path("/one.py").write_bytes(data)
            py_compile.compile("/one.py", "/one.pyc", name, True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
            name, data = name + "c", Path("/one.pyc").read_bytes()
        made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 6)
`);
writeFileSync(to, pyodide.FS.readFile("/out.zip"));
