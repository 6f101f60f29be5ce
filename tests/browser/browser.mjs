// The browser that the tests use, and what it must not complain about.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { AxeBuilder } from '@axe-core/playwright';

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-zygote',
];

let running;

async function openBrowser() {
  const executablePath = process.env.TENANTRY_CHROMIUM ?? '/usr/bin/chromium';
  const libraries = join(dirname(executablePath), 'al2023', 'lib'); // of a build that brings its own
  const env = existsSync(libraries) ? { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(dirname(executablePath), 'fonts') } : process.env;
  running ??= await chromium.launch({ executablePath, env, args: flags });
  return running;
}

export async function closeBrowser() {
  await running?.close();
  running = undefined;
}

// visit runs a test on a page of its own. The page must end without an error in its console, except those that name a refused
// request and those that are tolerated, and must not have asked any other address than the service's.
export async function visit(origin, { tolerated = /^$/, ...options }, test) {
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource:') && !tolerated.test(text)) complaints.push(text);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && asked !== origin) complaints.push(`a request to ${asked}`);
  });
  try {
    await test(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// accessible holds the page as it is now against the rules of axe.
export async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
}

// fits asserts that nobody has to scroll sideways.
export async function fits(page) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(excess <= 0, `the page is ${excess} px too wide`);
}
