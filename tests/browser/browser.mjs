// The browser of the tests, and the checks that every page must pass.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-zygote',
];

let running;

// launchOptions returns how to start the Chromium that TENANTRY_CHROMIUM names.
export function launchOptions() {
  const executablePath = process.env.TENANTRY_CHROMIUM ?? '/usr/bin/chromium';
  const libraries = join(dirname(executablePath), 'al2023', 'lib'); // exists if the build has its own libraries
  const env = existsSync(libraries) ? { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(dirname(executablePath), 'fonts') } : process.env;
  return { executablePath, env, args: flags };
}

async function openBrowser() {
  running ??= await chromium.launch(launchOptions());
  return running;
}

export async function closeBrowser() {
  await running?.close();
  running = undefined;
}

// visit runs a test on a new page. It fails if the page sends a request to another origin or has an error in its console.
// Errors about failed requests, and errors that match tolerated, are allowed.
export async function visit(origin, { tolerated = /^$/, ...options }, test) {
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource:') && !tolerated.test(text)) errors.push(text);
  });
  page.on('request', (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (protocol !== 'data:' && target !== origin) errors.push(`a request to ${target}`);
  });
  try {
    await test(page);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

// assertAccessible checks the current state of the page against the accessibility rules of axe.
export async function assertAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
}

// assertFits checks that the page needs no horizontal scrolling.
export async function assertFits(page) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(excess <= 0, `the page is ${excess} px too wide`);
}
