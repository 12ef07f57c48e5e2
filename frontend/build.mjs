// Bundles frontend/src into src/yixiang/web/static/web; `--watch` rebuilds on change.
import { context } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { trim } from "./trim.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../src/yixiang/web/static/web");

/** Tabler is one large sheet; the parts we replaced or never use are cut out while it is read. */
const trimTabler = {
  name: "trim-tabler",
  setup(build) {
    build.onLoad({ filter: /@tabler[\\/]core[\\/]dist[\\/]css[\\/]tabler\.css$/ }, async ({ path }) => ({
      contents: trim(await readFile(path, "utf8")),
      loader: "css",
    }));
  },
};

const bundler = await context({
  entryPoints: ["app.js", "app.css", "select.js", "select.css", "passkey.js", "editor.js"].map((name) => here(`src/${name}`)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox121", "safari16.4"],
  legalComments: "none",
  logLevel: "info",
  metafile: true,
  plugins: [trimTabler],
});

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await copyFile(here("src/icon.svg"), `${out}/icon.svg`);
if (process.argv.includes("--watch")) {
  await bundler.watch();
} else {
  const result = await bundler.rebuild();
  await writeFile(`${out}/LICENSES.txt`, await licences(Object.keys(result.metafile.inputs)));
  await bundler.dispose();
}

/** The licence texts of every package that went into a bundle, so that the bundles may be passed on. */
async function licences(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const texts = [];
  for (const name of [...packages].sort()) {
    const about = JSON.parse(await readFile(here(`../node_modules/${name}/package.json`), "utf8"));
    const text = await readFile(here(`../node_modules/${name}/LICENSE`), "utf8").catch(() => "");
    texts.push(`${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  return texts.join("\n----\n\n");
}
