// Subscriptions, websites and backups: what managers do with them, and what customers and panel users see.
import { asAdministrator } from '../stack.mjs';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import {
  callAs, createCustomer, createHosting, createReseller, enter, expect, expectAccessible, password, test, unique,
} from './panel.mjs';

const websitesOf = async (subscription) =>
  (await asAdministrator('GET', `/v1/subscriptions/${subscription.id}/websites`, { want: 200 })).body.items;

test('a customer switches its website off and on, and adds and removes one', async ({ page }) => {
  const { login, domain, subscription } = await createHosting();
  await enter(page, '/', { login });
  await expect(page.getByRole('heading', { level: 1, name: 'Websites and subscriptions' })).toBeVisible();
  const toggle = page.getByRole('checkbox', { name: `Website ${domain}` });
  await expect(toggle).toBeChecked();
  await expectAccessible(page);
  await toggle.focus();
  await page.keyboard.press('Space');
  await expect(toggle).not.toBeChecked();
  await expect.poll(async () => (await websitesOf(subscription))[0].status).toBe('suspended');
  await page.reload();
  await expect(toggle).not.toBeChecked();
  await page.keyboard.press('Tab');
  await toggle.focus();
  await page.keyboard.press('Space');
  await expect.poll(async () => (await websitesOf(subscription))[0].status).toBe('active');

  await page.getByRole('button', { name: 'Add Website' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a website' });
  await expectAccessible(page);
  await dialog.getByLabel('Domain').fill('not a domain');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText('Enter a domain such as example.com').first()).toBeVisible();
  await dialog.getByLabel('Domain').fill(`shop.${domain}`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('checkbox', { name: `Website shop.${domain}` })).toBeChecked();

  await page.getByRole('link', { name: domain, exact: true }).first().click();
  await page.getByRole('button', { name: `Remove shop.${domain}` }).click();
  const removal = page.getByRole('dialog', { name: `Remove the website shop.${domain}?` });
  await removal.getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText(`The website shop.${domain} was removed.`)).toBeVisible();
  expect((await websitesOf(subscription)).map((website) => website.domain)).toEqual([domain]);
});

test('a customer cannot lift what its provider switched off, and reads only the public message', async ({ page }) => {
  const { login, domain, subscription } = await createHosting({ permissions: {} });
  const [website] = await websitesOf(subscription);
  await asAdministrator('POST', `/v1/websites/${website.id}/suspend`, { body: { reason: 'Secret reason' }, want: 200 });
  await asAdministrator('POST', `/v1/subscriptions/${subscription.id}/suspend`, {
    body: { reason: 'Secret reason', publicMessage: 'Please pay invoice 17.' }, want: 200,
  });
  await enter(page, '/', { login });
  await expect(page.getByRole('checkbox', { name: `Website ${domain}` })).toBeDisabled();
  await expect(page.getByText('Switched off by your provider')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add Website' })).toHaveCount(0);
  await page.getByRole('link', { name: domain, exact: true }).click();
  await expect(page.getByText('Please pay invoice 17.')).toBeVisible();
  await expect(page.getByText('Secret reason')).toHaveCount(0);
  await expectAccessible(page);
  await page.goto('/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'This page does not exist' })).toBeVisible();
});

test('a panel user sees the websites of its customer, and changes nothing', async ({ page }) => {
  const { login, customer, domain } = await createHosting();
  const user = unique('clerk');
  const asCustomer = await callAs(login);
  await asCustomer('POST', `/v1/customers/${customer.id}/panel-users`, {
    body: { login: user, password, name: 'Charles Clerk', email: 'clerk@example.com' }, want: 201,
  });
  await enter(page, '/', { login: user });
  await expect(page.getByRole('checkbox', { name: `Website ${domain}` })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Add Website' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Panel users' })).toHaveCount(0);
  await expectAccessible(page);
});

test('a customer adds a panel user and removes it', async ({ page }) => {
  const { login } = await createHosting();
  const user = unique('clerk');
  await enter(page, '/panel-users', { login });
  await page.getByRole('button', { name: 'Add Panel User' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add Panel User' });
  await dialog.getByLabel('Name', { exact: true }).fill('Charles Clerk');
  await dialog.getByLabel('E-mail').fill('clerk@example.com');
  await dialog.getByLabel('Login').fill(user);
  await dialog.getByLabel('Password').fill('short');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(dialog.getByText(/15/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('row').filter({ hasText: user })).toContainText('Charles Clerk');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove Charles Clerk' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('The panel user Charles Clerk was removed.')).toBeVisible();
});

test('a backup is uploaded with progress, downloaded as it was, and removed', async ({ page }) => {
  const { login, domain, subscription } = await createHosting();
  const content = Buffer.alloc(3 * 1024 * 1024, 'tenantry');
  await enter(page, `/subscriptions/${subscription.id}?tab=backups`, { login });
  await page.getByRole('button', { name: 'Upload a backup' }).first().click();
  const dialog = page.getByRole('dialog', { name: `Upload a backup of ${domain}` });
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await expect(dialog.getByText('Choose a file.')).toBeVisible();
  await expectAccessible(page);
  const archive = { name: 'site.tar.gz', mimeType: 'application/gzip', buffer: content };
  await dialog.locator('input[type=file]').setInputFiles(archive);
  await expect(dialog.getByText('site.tar.gz, 3 MB')).toBeVisible();
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('The backup site.tar.gz was uploaded.')).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: '3 MB' });
  await expect(row).toContainText('Ready');
  await expectAccessible(page);

  const downloaded = page.waitForEvent('download');
  await row.getByRole('button', { name: /^Download the backup/ }).click();
  const file = await downloaded;
  const hash = (data) => createHash('sha256').update(data).digest('hex');
  expect(hash(readFileSync(await file.path()))).toBe(hash(content));
  await expect(page).toHaveURL(new RegExp(`/subscriptions/${subscription.id}`));

  expect(file.suggestedFilename()).toBe('site.tar.gz');
  await page.getByRole('link', { name: 'Backups', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: domain })).toContainText('site.tar.gz');
  await expect(page.getByRole('row').filter({ hasText: domain })).toContainText('You');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Remove the backup/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('The backup was removed.')).toBeVisible();
  await expect(page.getByText('You have created no backup.')).toBeVisible();
});

test('an upload that is cancelled leaves no backup', async ({ page }) => {
  const { login, subscription } = await createHosting();
  await enter(page, `/subscriptions/${subscription.id}?tab=backups`, { login });
  let hold;
  const held = new Promise((resolve) => { hold = resolve; });
  await page.route(/X-Amz-Signature/, async (route) => {
    await held;
    await route.abort().catch(() => undefined);
  });
  await page.getByRole('button', { name: 'Upload a backup' }).first().click();
  const archive = { name: 'slow.zip', mimeType: 'application/zip', buffer: Buffer.alloc(4096, 1) };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(archive);
  await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('Uploading slow.zip').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel the upload' }).click();
  await expect(page.getByText('The upload of slow.zip was cancelled.')).toBeVisible();
  hold();
  const backups = async () => (await asAdministrator('GET', `/v1/subscriptions/${subscription.id}/backups`)).body.items;
  await expect.poll(backups).toEqual([]);
});

test('a manager finds a subscription by domain, suspends, activates and gives it own resources', async ({ page }) => {
  const { domain, subscription } = await createHosting();
  await enter(page, '/subscriptions');
  await expect(page.getByRole('heading', { name: 'Find a subscription' })).toBeVisible();
  await expectAccessible(page);
  await expect(async () => {
    await page.getByRole('searchbox', { name: 'Find subscriptions by domain' }).fill(domain);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByRole('link', { name: domain })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expectAccessible(page);
  await page.getByRole('link', { name: domain }).click();
  await expect(page.getByRole('heading', { level: 1, name: domain })).toBeVisible();

  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  const suspend = page.getByRole('dialog', { name: `Suspend ${domain}?` });
  await expectAccessible(page);
  await suspend.getByLabel(/^Reason/).fill('Unpaid invoice 17');
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('Reason: Unpaid invoice 17')).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText(`${domain} is active.`)).toBeVisible();
  await expect(page.getByText('Reason: Unpaid invoice 17')).toHaveCount(0);

  await page.getByRole('button', { name: 'Change plan' }).click();
  const plan = page.getByRole('dialog', { name: `Change the plan of ${domain}` });
  await plan.getByRole('checkbox', { name: 'Unlimited Mailboxes' }).uncheck();
  await plan.getByRole('textbox', { name: 'Mailboxes', exact: true }).fill('25');
  await plan.getByRole('checkbox', { name: 'WordPress' }).scrollIntoViewIfNeeded();
  await expectAccessible(page);
  await plan.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByText(`The plan of ${domain} was changed.`)).toBeVisible();
  const { body } = await asAdministrator('GET', `/v1/subscriptions/${subscription.id}`);
  expect(body.resources.allotments.max_box).toBe(25);
  expect(body.status).toBe('active');

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const removal = page.getByRole('dialog', { name: `Remove the subscription ${domain}?` });
  await removal.getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText(`The subscription ${domain} was removed.`)).toBeVisible();
  await asAdministrator('GET', `/v1/subscriptions/${subscription.id}`, { want: 404 });
});

test('a reseller adds a subscription of its own on one of its plans', async ({ page }) => {
  const login = unique('seller');
  await createReseller(login);
  const asReseller = await callAs(login);
  const { body: plan } = await asReseller('POST', '/v1/service-plans', { body: { name: 'Business' }, want: 201 });
  await enter(page, '/subscriptions', { login });
  await page.getByRole('button', { name: 'Add Subscription' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add Subscription' });
  await expect(dialog.getByRole('button', { name: /Service plan/ })).toContainText('Business');
  await expectAccessible(page);
  await dialog.getByLabel('Domain').fill(`${login}.example`);
  await dialog.getByRole('button', { name: 'OK' }).click();
  const row = page.getByRole('row').filter({ hasText: `${login}.example` });
  await expect(row).toContainText('Business');
  await expect(row).toContainText('You');
  const { body } = await asReseller('GET', `/v1/service-plans/${plan.id}`, { want: 200 });
  expect(body.uses).toBe(1);
});

test('a customer works in German on a narrow screen', async ({ page }) => {
  const { login, domain, subscription } = await createHosting();
  await page.setViewportSize({ width: 375, height: 740 });
  await page.addInitScript(() => { localStorage.setItem('tenantry.preferences', JSON.stringify({ language: 'de' })); });
  await page.goto('/');
  await page.getByLabel('Anmeldename', { exact: true }).fill(login);
  await page.getByLabel('Passwort', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await expect(page.getByRole('checkbox', { name: `Website ${domain}` })).toBeChecked();
  const own = `/subscriptions/${subscription.id}`;
  for (const address of ['/', own, `${own}?tab=resources`, '/panel-users', '/account']) {
    await page.goto(address);
    await expect(page.locator('#content h1')).toBeVisible();
    await page.waitForLoadState('networkidle');
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excess, `${address} needs no horizontal scrolling`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
});

test('an upload that loses the connection is repeated for the same backup', async ({ page }) => {
  const { login, subscription } = await createHosting();
  await enter(page, `/subscriptions/${subscription.id}?tab=backups`, { login });
  let lost = 0;
  await page.route(/X-Amz-Signature/, async (route) => {
    if (route.request().method() === 'PUT' && lost++ === 0) return route.abort();
    return route.continue();
  });
  await page.getByRole('button', { name: 'Upload a backup' }).first().click();
  const archive = { name: 'lost.zip', mimeType: 'application/zip', buffer: Buffer.alloc(4096, 1) };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(archive);
  await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('The upload of lost.zip was interrupted.')).toBeVisible();
  await expectAccessible(page);
  const backups = async () => (await asAdministrator('GET', `/v1/subscriptions/${subscription.id}/backups`)).body.items;
  const [declared] = await backups();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('The backup lost.zip was uploaded.')).toBeVisible();
  expect((await backups()).map(({ id, state }) => [id, state])).toEqual([[declared.id, 'ready']]);
});
