// Compresses the built files with brotli and gzip. Fails if the first load is larger than the budget. The first load is
// what a browser needs to draw the list of customers: the page, the screen and the English texts of the components.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const budget = 450_000; // bytes, with gzip
const first = ['index.html', 'src/screens/customers/index.tsx', 'node_modules/@cloudscape-design/components/i18n/messages/all.en.js'];

const folder = process.argv[2];
const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
rmSync(join(folder, '.vite'), { recursive: true });

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!statSync(path).isFile() || !/\.(js|css|html|svg)$/.test(name)) continue;
  const body = readFileSync(path);
  const options = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: options }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}

// filesOf adds the files that a module needs at once: its own, its styles, and those of the modules that it imports.
function filesOf(name, files = new Set(), seen = new Set()) {
  const entry = manifest[name];
  if (!entry) throw new Error(`the build has no module ${name}`);
  if (seen.has(name)) return files;
  seen.add(name);
  for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
  for (const imported of entry.imports ?? []) filesOf(imported, files, seen);
  return files;
}

const files = new Set(['index.html', ...first.flatMap((name) => [...filesOf(name)])]);
const sum = (extension) => [...files].reduce((total, file) => total + statSync(join(folder, file + extension)).size, 0);
const [gzip, brotli] = [sum('.gz'), sum('.br')];
console.log(`built the panel; its first load has ${Math.round(gzip / 1000)} kB with gzip, ${Math.round(brotli / 1000)} kB with brotli`);
if (gzip > budget) {
  console.error(`the panel's first load has ${gzip} bytes with gzip, more than the budget of ${budget}`);
  process.exit(1);
}
