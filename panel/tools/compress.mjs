// Compresses the built files with brotli and gzip, and prints the size of the first load: the files that index.html
// names, which a browser needs before it draws anything.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const folder = process.argv[process.argv.indexOf('--outDir') + 1];

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!statSync(path).isFile() || !/\.(js|css|html|svg)$/.test(name)) continue;
  const body = readFileSync(path);
  const options = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: options }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}

const named = [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/\/assets\/[^"]+\.(?:js|css)/g)];
const size = named.reduce((sum, [path]) => sum + statSync(join(folder, `${path}.gz`)).size, 0);
console.log(`built the panel; its first load has ${Math.round(size / 1000)} kB (gzip)`);
