// Writes the section about the panel in docs/figures.md. `make figures-panel` runs it after a build.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budget, firstLoad } from './first-load.mjs';

const root = new URL('../..', import.meta.url).pathname;
const folder = join(root, 'build/get-panel-page/panel');
const load = firstLoad(folder, join(root, 'build/panel.manifest.json'));
const whole = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.gz'))
  .reduce((total, name) => total + statSync(join(folder, name)).size, 0);
const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;

const section = `## Panel

Written by \`make figures-panel\`. **First load** is what a browser needs to draw the list of customers. The build fails if it is
larger than the goal.

| figure | result | goal |
|---|---|---|
| first load, gzip | ${kB(load.gzip)} (scripts ${kB(load.scripts)}, styles ${kB(load.styles)}) | ≤ ${kB(budget)} |
| first load, brotli | ${kB(load.brotli)} | |
| all files, gzip | ${kB(whole)} | |
`;

const file = join(root, 'docs/figures.md');
const text = readFileSync(file, 'utf8');
const start = text.indexOf('## Panel\n');
const next = start < 0 ? -1 : text.indexOf('\n## ', start + 1);
if (start < 0) writeFileSync(file, `${text.trimEnd()}\n\n${section}`);
else writeFileSync(file, text.slice(0, start) + section + (next < 0 ? '' : text.slice(next)));
