// Every route in German: no text of the English catalogues is on the screen.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enter, expect, test } from '../panel.mjs';
import { look, objects, open, roles } from './screens.mjs';

const source = fileURLToPath(new URL('../../../../panel/src/', import.meta.url));
const { transpileModule } = createRequire(new URL('../../../../panel/package.json', import.meta.url))('typescript');

const isText = (value) => typeof value === 'string';
const textsIn = (texts) => Object.values(texts).flatMap((text) => {
  if (isText(text)) return [text];
  return typeof text === 'object' ? textsIn(text) : [];
});

// catalogues reads the texts of all files with a catalogue.
function catalogues() {
  const files = readdirSync(source, { recursive: true }).filter((file) => /texts\.ts$|shared\.ts$/.test(file));
  return files.flatMap((file) => {
    const { outputText } = transpileModule(readFileSync(source + file, 'utf8'), { compilerOptions: { module: 1 } });
    const exported = {};
    new Function('exports', 'require', outputText)(exported, () => ({ catalogue: (en, de) => ({ en, de }) }));
    return Object.values(exported).filter(({ en, de }) => en && de);
  });
}

// englishTexts returns the texts that only English has.
function englishTexts() {
  const all = catalogues();
  const german = new Set(all.flatMap(({ de }) => textsIn(de)));
  return new Set(all.flatMap(({ en }) => textsIn(en)).filter((text) => text.length > 3 && !german.has(text)));
}

// seen returns the lines of the screen, and the texts that only screen readers see or fields show.
const seen = (page) => page.evaluate(() => {
  const attributes = ['aria-label', 'placeholder', 'title', 'alt'].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name)));
  return [document.title, ...document.body.innerText.split('\n'), ...attributes].map((text) => text.trim());
});

const routes = [...readFileSync(`${source}routes.tsx`, 'utf8').matchAll(/path: '([^']+)'/g)]
  .map(([, path]) => ({ path, pattern: new RegExp(`^/${path.replaceAll(/:\w+/g, '[^/]+')}$`) }));

test('the texts are known', () => {
  expect(englishTexts().size).toBeGreaterThan(300);
  expect(routes.length).toBeGreaterThan(15);
});

for (const role of ['administrator', 'reseller', 'customer', 'panel-user']) {
  test(`the screens of the role ${role} are German`, async ({ page }) => {
    test.setTimeout(180_000);
    await look(page, 'light', 'de');
    const all = roles(await objects());
    const { login, screens } = all[role];
    const english = englishTexts();
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Anmelden' })).toBeVisible();
    await enterInGerman(page, login);
    for (const [name, address] of Object.entries(screens)) {
      await open(page, address);
      const left = (await seen(page)).filter((text) => english.has(text));
      expect(left, `English texts on the screen ${name}`).toEqual([]);
    }
    if (role !== 'administrator') return;
    const addresses = Object.values(all).flatMap((other) => Object.values(other.screens));
    const visited = addresses.map((address) => address.split('?')[0]);
    const missing = routes.filter(({ pattern }) => !visited.some((address) => pattern.test(address)));
    expect(missing.map(({ path }) => path), 'routes that no role visits').toEqual([]);
  });
}

async function enterInGerman(page, login) {
  const labels = { login: 'Anmeldename', password: 'Passwort', submit: 'Anmelden' };
  await enter(page, '/', { ...(login && { login }), labels });
  await expect(page.locator('#content').getByRole('heading', { level: 1 })).toBeVisible();
}
