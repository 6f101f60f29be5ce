// Operations: their progress, their outcomes, and what to do about failures.
import { asAdministrator } from '../stack.mjs';
import {
  changeStatus, createCustomer, createGroup, dialog, enter, expect, expectAccessible, finished, openCustomers,
  select, test, unique,
} from './panel.mjs';

async function idOf(login) {
  const { body } = await asAdministrator('GET', `/v1/customers/login:${login}`, { want: 200 });
  return body.id;
}

test('an operation that failed for some customers says why, and can be repeated for them', async ({ page }) => {
  const { group, names } = await createGroup(2);
  const removed = await idOf(names[0]);
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await expect(dialog(page)).toContainText('Possible for 2.');
  await dialog(page).getByLabel('Reason').fill('Invoice 17');
  await asAdministrator('DELETE', `/v1/customers/${removed}`, { want: 202 });
  await expect(async () => { await asAdministrator('GET', `/v1/customers/${removed}`, { want: 404 }); }).toPass();
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await finished(page, 'Suspend customers: 1 done, 1 failed.');
  await page.getByRole('link', { name: 'Show details' }).click();
  await expect(page.getByText('Finished, some failed')).toBeVisible();
  await page.getByRole('button', { name: 'Outcome All' }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').last()).toContainText(names[0]);
  await expect(page).toHaveURL(/status=failed/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Try failed again' }).click();
  await expect(dialog(page)).toContainText('This is not possible:');
  await expect(dialog(page).getByLabel('Reason')).toHaveValue('Invoice 17');
  await expect(dialog(page).getByRole('button', { name: 'Suspend' })).toBeDisabled();
  await expectAccessible(page);
});

test('an operation that starts later is found again and cancelled', async ({ page }) => {
  const { group, names } = await createGroup(2);
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  const start = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await dialog(page).getByLabel('Start: Date').fill(start);
  await dialog(page).getByLabel('Start: Time').fill('06:30');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText(/0 of 2 done · Starts/)).toBeVisible();
  await expectAccessible(page);
  await page.goto('/operations');
  await page.getByRole('link', { name: 'Suspend customers' }).first().click();
  await expect(page.getByText('Waiting').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel operation' }).click();
  await expect(dialog(page)).toContainText('Cancel this operation?');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('Cancelled').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel operation' })).toBeHidden();
  await page.getByRole('link', { name: 'Operations' }).first().click();
  const cancelled = page.getByRole('row').filter({ hasText: 'Cancelled' }).first();
  await expect(cancelled).toContainText('0 / 2');
  await expect(cancelled).toContainText('–'); // it never started
  expect((await asAdministrator('GET', `/v1/customers/login:${names[0]}`, { want: 200 })).body.status).toBe('active');
});

test('one customer is suspended at once, with an end', async ({ page }) => {
  const { group, names } = await createGroup(1);
  await openCustomers(page, group, 1);
  await select(page, names[0]);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await dialog(page).getByLabel('End: Time').fill('06:30');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(dialog(page)).toContainText('Enter a date and a time.');
  await expectAccessible(page);
  const end = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await dialog(page).getByLabel('End: Date').fill(end);
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText(`${names[0]} is suspended.`)).toBeVisible();
  const { body } = await asAdministrator('GET', `/v1/customers/login:${names[0]}`, { want: 200 });
  expect(body.status).toBe('suspended');
  expect(body.holds[0].until.slice(0, 7)).toBe(end.slice(0, 7));
});

// The operation waits for its start, so that the test alone says how far it is.
test('screen readers hear of an operation in steps, and of its end', async ({ page }) => {
  const { names } = await createGroup(1);
  const items = [{ customer: await idOf(names[0]) }];
  const suspendAt = new Date(Date.now() + 86_400_000).toISOString();
  const suspension = { body: { items, suspendAt }, want: 202 };
  const { body: { id } } = await asAdministrator('POST', '/v1/customers/suspend', suspension);
  let progress = { state: 'running', succeeded: 0 };
  await page.route(`**/v1/operations/${id}`, async (route) => {
    const operation = await (await route.fetch()).json();
    const createdAt = new Date().toISOString();
    await route.fulfill({ json: { ...operation, startAt: undefined, createdAt, total: 100, ...progress } });
  });
  await page.addInitScript(() => {
    window.heard = [];
    new MutationObserver(() => {
      for (const region of document.querySelectorAll('[aria-live]')) {
        const text = region.textContent.replace(/\.$/, '');
        if (text.includes('Suspend customers:') && window.heard.at(-1) !== text) window.heard.push(text);
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  const heard = () => page.evaluate(() => window.heard);
  await enter(page, `/operations/${id}`);
  const bar = page.getByRole('progressbar', { name: 'Progress' });
  for (const succeeded of [10, 26, 37, 52, 60, 75, 90]) {
    progress = { state: 'running', succeeded };
    await expect(bar).toHaveAttribute('value', String(succeeded));
    if (succeeded === 26) await expectAccessible(page);
    const steps = [26, 52, 75].filter((step) => step <= succeeded);
    await expect.poll(heard).toEqual(steps.map((step) => `Suspend customers: ${step}% done`));
  }
  progress = { state: 'succeeded', succeeded: 100, finishedAt: new Date().toISOString() };
  await expect.poll(async () => (await heard()).at(-1)).toBe('Suspend customers: 100 done');
  expect((await heard()).length).toBe(4);
});

// createMany creates customers concurrently, without passwords: those take long to hash. If the administrator may order
// no more mails, which lead to a password, it creates the customers with one.
async function createMany(count) {
  const group = unique('bulk').replaceAll('-', '');
  const names = Array.from({ length: count }, (_, i) => `${group}.${i + 1}`);
  const create = async (login) => {
    const body = { login, contact: { name: login, email: `${login}@example.com` } };
    const { status } = await asAdministrator('POST', '/v1/customers', { body });
    if (status === 429) return createCustomer(login);
    return expect(status).toBe(201);
  };
  const creators = Array.from({ length: 16 }, async () => { while (names.length > 0) await create(names.pop()); });
  await Promise.all(creators);
  return group;
}

// countOf counts the customers that the search finds with the status.
async function countOf(search, status) {
  let count = 0;
  for (let cursor = ''; ;) {
    const query = new URLSearchParams({ limit: 100, search, status, ...(cursor && { cursor }) });
    const { body } = await asAdministrator('GET', `/v1/customers?${query}`, { want: 200 });
    count += body.items.length;
    if (!body.nextCursor) return count;
    cursor = body.nextCursor;
  }
}

test('500 customers are suspended; the operation is left, found again, and has outcomes', async ({ page }) => {
  test.setTimeout(240_000);
  const group = await createMany(500);
  await expect.poll(() => countOf(group, 'active'), { timeout: 60_000 }).toBe(500);
  await enter(page, `/customers?search=${group}`);
  await expect(page.getByRole('row')).toHaveCount(26);
  await page.getByRole('checkbox', { name: 'Select this page' }).check({ force: true });
  await page.getByRole('button', { name: 'Select all 500 that match' }).click();
  await changeStatus(page, 'Suspend');
  await expect(dialog(page)).toContainText('Possible for 500.', { timeout: 60_000 });
  await dialog(page).getByLabel('Reason').fill('Invoice 17 is open.');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByRole('progressbar', { name: 'Progress' })).toBeVisible();
  await expect(page.getByText(/^\d+ of 500 done/)).toBeVisible();
  await page.goto('about:blank');

  await page.goto('/');
  await page.getByRole('link', { name: 'Operations' }).click();
  const operation = page.getByRole('row').filter({ hasText: 'Suspend customers' }).filter({ hasText: '/ 500' }).first();
  await operation.getByRole('link', { name: 'Suspend customers' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Suspend customers' })).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: /^Finished$/ })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('definition').filter({ hasText: /^500$/ })).toHaveCount(2); // all are done
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: `${group}.` }).filter({ hasText: 'Done' })).toHaveCount(25);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Outcome All' }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await expect(page.getByText('No match', { exact: true })).toBeVisible();
  expect(await countOf(group, 'suspended')).toBe(500);
});
