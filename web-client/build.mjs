// Builds dist/: each entry under a name that carries the hash of its content, and manifest.json,
// in which the server looks up that name ("live.js" -> "live-3F2A….js").
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

/** Bytes of JavaScript and CSS, gzipped, that the room may load before it is live. */
const ROOM_GZIP_MAX = 80 * 1024;

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) {
  if (name !== ".gitkeep") await rm(join(dist, name), { recursive: true });
}

const entryPoints = { live: "src/live.tsx", preflight: "src/preflight.tsx", main: "styles/main.css" };
/** What is loaded on another page than a room. */
const ELSEWHERE = ["src/preflight.tsx"];
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".ftl": "text" },
  bundle: true,
  // What a page loads later, by import(), is a file of its own.
  splitting: true,
  chunkNames: "[name]-[hash]",
  minify: true,
  sourcemap: "linked",
  metafile: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox110", "safari16"],
  legalComments: "linked",
  logLevel: "warning",
});

const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => Object.values(entryPoints).includes(entryPoint));
const manifest = Object.fromEntries(
  entries.map(([path]) => [basename(path).replace(/-[A-Z0-9]{8}(?=\.)/, ""), basename(path)]),
);
let roomBytes = 0;
const ofRoom = entries.filter(([, { entryPoint }]) => !ELSEWHERE.includes(entryPoint));
for (const path of loadedAtOnce(ofRoom.map(([path]) => path))) {
  roomBytes += gzipSync(await readFile(join(root, path))).length;
}
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

console.log(`web-client: ${(roomBytes / 1024).toFixed(1)} KiB of script and style, gzipped`);
if (roomBytes > ROOM_GZIP_MAX) {
  console.error(`web-client: that is more than the ${ROOM_GZIP_MAX / 1024} KiB a room may load`);
  process.exitCode = 1;
}

/** The files and all scripts that they import at once. */
function loadedAtOnce(paths) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    const imports = metafile.outputs[path].imports.filter(({ kind }) => kind === "import-statement");
    for (const { path: imported } of imports) visit(imported);
  };
  for (const path of paths) visit(path);
  return found;
}
