// Generates src/api/schema.d.ts from docs/openapi.json. With --check it writes nothing, and fails if the file is out of
// date. A list of the API is never null, although Go's document says that it may be.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);

function withoutNullLists(value) {
  if (Array.isArray(value)) return value.map(withoutNullLists);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutNullLists(part)]));
  if (Array.isArray(copy.type) && copy.type.includes('array')) copy.type = 'array';
  return copy;
}

const types = await openapiTS(withoutNullLists(JSON.parse(readFileSync(document, 'utf8'))), { alphabetize: true });
const text = `// Generated from docs/openapi.json by \`make openapi\`. Do not edit.\n\n${astToString(types)}`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('panel/src/api/schema.d.ts is out of date. Run make openapi.');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
