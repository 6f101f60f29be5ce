// Measures the first load: what a browser needs to draw the list of customers. That is the page, the screen and the English
// texts of the components. Everything else is loaded later.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const budget = 450_000; // bytes, with gzip

const first = ['index.html', 'src/screens/customers/index.tsx', 'node_modules/@cloudscape-design/components/i18n/messages/all.en.js'];

// firstLoad returns the numbers of bytes of the first load, from the built files and Vite's manifest.
export function firstLoad(folder, manifestFile) {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const files = new Set(['index.html']);
  const seen = new Set();
  const add = (name) => {
    const entry = manifest[name];
    if (!entry) throw new Error(`the build has no module ${name}`);
    if (seen.has(name)) return;
    seen.add(name);
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
    for (const imported of entry.imports ?? []) add(imported);
  };
  first.forEach(add);
  const size = (extension, kind = '') => [...files].filter((file) => file.endsWith(kind))
    .reduce((total, file) => total + statSync(join(folder, file + extension)).size, 0);
  return { gzip: size('.gz'), brotli: size('.br'), scripts: size('.gz', '.js'), styles: size('.gz', '.css') };
}
