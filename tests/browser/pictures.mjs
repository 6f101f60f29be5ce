// Renews the pictures of the README in docs/images, from the stack that TENANTRY_CREDENTIALS names. The stack should
// have no other customers; `make pictures` starts one.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { launchOptions } from './browser.mjs';
import { asAdministrator, stack } from './stack.mjs';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const quality = 0.6; // of WebP
const post = async (path, body, want = 201) => (await asAdministrator('POST', path, { body, want })).body;

// The name, the company, the number of subscriptions and the description of each customer.
const people = [
  ['Ada Lovelace', 'Analytical Engines', 2],
  ['Alan Turing', 'Bletchley Codes', 1],
  ['Annie Easley', 'Centaur Rockets', 3],
  ['Barbara Liskov', 'Substitution GmbH', 1],
  ['Charles Babbage', 'Difference Engines', 2, 'Pays by invoice.'],
  ['Dorothy Vaughan', 'West Computing', 1],
  ['Edsger Dijkstra', 'Shortest Paths', 2],
  ['Frances Allen', 'Compilers & Co', 1],
  ['Grace Hopper', 'Moth & Relay', 4, 'Prefers mail.'],
  ['Hedy Lamarr', 'Frequency Hopping', 1],
  ['Katherine Johnson', 'Trajectories', 2],
  ['Konrad Zuse', 'Z3 Rechenwerke', 1],
  ['Margaret Hamilton', 'Apollo Software', 3],
  ['Mary Somerville', 'Connexion Press', 0],
];
const loginOf = (name) => name.toLowerCase().replaceAll(' ', '.');

// createCustomers creates the people of the list. A reseller owns every third.
async function createCustomers() {
  const contact = { name: 'Ingrid Åström', company: 'North Hosting AB', email: 'ingrid@north.example' };
  const reseller = await post('/v1/resellers', { login: 'north.hosting', contact });
  const plan = await post('/v1/service-plans', { name: 'Business', allotments: { max_site: 10, max_box: 50 } });
  const customers = [];
  for (const [index, [name, company, count, description]] of people.entries()) {
    const login = loginOf(name);
    const owner = index % 3 === 2 ? reseller.id : undefined;
    const address = { name, company, email: `${login}@example.com`, city: 'London', country: 'GB' };
    const customer = await post('/v1/customers', { login, owner, description, contact: address });
    for (let i = 0; i < count; i++) {
      const domain = `${login.replace('.', '-')}${i || ''}.example`;
      await post(`/v1/customers/${customer.id}/subscriptions`, { domain, servicePlan: owner ? 'custom' : plan.id });
    }
    customers.push(customer);
  }
  const hold = { reason: 'Invoice 17 is unpaid.', publicMessage: 'Please pay invoice 17.' };
  for (const index of [4, 9]) await post(`/v1/customers/${customers[index].id}/suspend`, hold, 200);
  return customers;
}

async function createMany(count) {
  const create = (i) => post('/v1/customers', {
    login: `tenant${i}`, contact: { name: `Tenant ${i}`, email: `tenant${i}@example.com` },
  });
  const atOnce = 10;
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, i) => create(from + i)));
  }
}

async function signIn(browser, theme) {
  const page = await browser.newPage({
    baseURL: stack.url, viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce',
  });
  await page.addInitScript((chosen) => {
    localStorage.setItem('tenantry.preferences', JSON.stringify(chosen));
  }, { theme, language: 'en' });
  await page.goto('/');
  await page.getByLabel('Login', { exact: true }).fill(stack.login);
  await page.getByLabel('Password', { exact: true }).fill(stack.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
  return page;
}

// save writes the picture as WebP, which the browser itself makes.
async function save(browser, page, name) {
  const png = (await page.screenshot()).toString('base64');
  const blank = await browser.newPage();
  const webp = await blank.evaluate(async ([source, target]) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    return canvas.toDataURL('image/webp', target).split(',')[1];
  }, [png, quality]);
  await blank.close();
  const bytes = Buffer.from(webp, 'base64');
  writeFileSync(`${folder}${name}.webp`, bytes);
  console.log(`docs/images/${name}.webp  ${Math.round(bytes.length / 1000)} kB`);
}

const customers = await createCustomers();
const browser = await chromium.launch(launchOptions());
try {
  const page = await signIn(browser, 'light');
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await save(browser, page, 'customers');
  await page.goto(`/customers/${customers[4].id}`);
  await page.getByText('babbage1.example').first().waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes('Loading'));
  await save(browser, page, 'customer');

  await createMany(1200); // so many that their suspension takes some seconds
  const dark = await signIn(browser, 'dark');
  await dark.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await dark.getByRole('checkbox', { name: 'Select this page' }).check({ force: true });
  await dark.getByRole('button', { name: /^Select all/ }).click();
  await dark.getByRole('button', { name: 'Change Status' }).click();
  await dark.getByRole('menuitem', { name: 'Suspend' }).click();
  await dark.getByRole('dialog').getByText(/^Possible for/).waitFor({ timeout: 60_000 });
  await dark.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await dark.getByText(/about .* remaining/).first().waitFor({ timeout: 60_000 });
  await dark.evaluate(() => { scrollTo(0, 0); });
  await save(browser, dark, 'progress-dark');
} finally {
  await browser.close();
}
