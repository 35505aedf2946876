// Builds dist/: each entry under a name that carries the hash of its content, and manifest.json,
// in which the server looks up that name ("live.js" -> "live-3F2A….js"). A file that is as it was
// is not written: the server embeds dist/ and would be built again.
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

/** Bytes of JavaScript and CSS, gzipped, that the room may load before it is live. */
const ROOM_GZIP_MAX = 80 * 1024;

const entryPoints = { live: "src/live.tsx", preflight: "src/preflight.tsx", main: "styles/main.css" };
/** What is loaded on another page than a room. */
const ELSEWHERE = ["src/preflight.tsx"];
const { metafile, outputFiles } = await build({
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
  write: false,
  format: "esm",
  target: ["es2022", "chrome110", "firefox110", "safari16"],
  legalComments: "linked",
  logLevel: "warning",
});

const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => Object.values(entryPoints).includes(entryPoint));
const manifest = Object.fromEntries(
  entries.map(([path]) => [basename(path).replace(/-[A-Z0-9]{8}(?=\.)/, ""), basename(path)]),
);
const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
let roomBytes = 0;
const ofRoom = entries.filter(([, { entryPoint }]) => !ELSEWHERE.includes(entryPoint));
for (const path of loadedAtOnce(ofRoom.map(([path]) => path))) {
  roomBytes += gzipSync(files.get(basename(path))).length;
}
files.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
await keep(files);

console.log(`web-client: ${(roomBytes / 1024).toFixed(1)} KiB of script and style, gzipped`);
if (roomBytes > ROOM_GZIP_MAX) {
  console.error(`web-client: that is more than the ${ROOM_GZIP_MAX / 1024} KiB a room may load`);
  process.exitCode = 1;
}

/** Leaves these files in dist/ and no others. */
async function keep(files) {
  await mkdir(dist, { recursive: true });
  const present = new Set(await readdir(dist));
  for (const name of present) {
    if (name !== ".gitkeep" && !files.has(name)) await rm(join(dist, name), { recursive: true });
  }
  for (const [name, contents] of files) {
    const path = join(dist, name);
    if (!present.has(name) || !contents.equals(await readFile(path))) await writeFile(path, contents);
  }
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
