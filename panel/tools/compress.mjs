// Compresses the built files with brotli and gzip. Fails if the first load is larger than the budget.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { budget, firstLoad } from './first-load.mjs';

const [folder, keptManifest] = process.argv.slice(2);
renameSync(join(folder, '.vite/manifest.json'), keptManifest);
rmSync(join(folder, '.vite'), { recursive: true });

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!statSync(path).isFile() || !/\.(js|css|html|svg)$/.test(name)) continue;
  const body = readFileSync(path);
  const options = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: options }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}

const { gzip, brotli } = firstLoad(folder, keptManifest);
console.log(`built the panel; its first load has ${Math.round(gzip / 1000)} kB with gzip, ${Math.round(brotli / 1000)} kB with brotli`);
if (gzip > budget) {
  console.error(`the panel's first load has ${gzip} bytes with gzip, more than the budget of ${budget}`);
  process.exit(1);
}
