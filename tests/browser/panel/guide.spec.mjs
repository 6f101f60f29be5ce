// The guide, chapter by chapter: each test clicks what its chapter says, in the guide's words.
import { asAdministrator, call, mails, signIn } from '../stack.mjs';
import {
  callAs, changeStatus, createCustomer, createGroup, createReseller, dialog, enter, expect, expectAccessible, findable, finished,
  openCustomers, password, row, select, sidebar, test, unique,
} from './panel.mjs';

// openFromList goes to Customers, and clicks the name of the customer in the list.
async function openFromList(page, customer) {
  await findable(customer.login, 1);
  await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
  const search = page.getByRole('searchbox', { name: /Find customers by name/ });
  await expect(page).toHaveURL(/\/customers$/);
  await expect(search).toHaveValue(''); // the list without the search is drawn
  await search.fill(customer.login);
  await expect(page).toHaveURL(new RegExp(`search=${customer.login}`));
  await row(page, customer.login).getByRole('link', { name: customer.contact.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: customer.contact.name })).toBeVisible();
}

// filterByStatus opens the list filter with the icon next to the search field, and selects a status.
async function filterByStatus(page, status) {
  await page.getByRole('button', { name: 'Open the filter' }).click();
  await page.getByRole('button', { name: 'Status All' }).click();
  await page.getByRole('option', { name: status, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`status=${status.toLowerCase()}`));
}

// chooseOwner selects the new owner in the dialog that moves customers.
async function chooseOwner(page, name) {
  await dialog(page).getByRole('button', { name: /^New owner/ }).click();
  await page.getByRole('combobox', { name: 'Search' }).or(page.getByRole('searchbox', { name: 'Search' })).last().fill(name);
  await page.getByRole('option', { name }).click();
}

async function addSubscription(customer, resources = {}) {
  const domain = `${unique('site')}.example`;
  const { body } = await asAdministrator('POST', `/v1/customers/${customer.id}/subscriptions`, {
    body: { domain, servicePlan: 'custom', resources }, want: 201,
  });
  return body;
}

const read = async (path) => (await asAdministrator('GET', path, { want: 200 })).body;
const isServed = async ({ domain }) => (await read(`/v1/gate/${domain}`)).open;
const signInStatus = async (login) => (await call('POST', '/v1/sessions', { body: { login, password } })).status;

test('Changing Contact Information: Edit Contact Info, OK', async ({ page }) => {
  const customer = await createCustomer(unique('contact'));
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  await expectAccessible(page);
  await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill('');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page).getByText('This field is required.')).toBeVisible();
  await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill("Ada O'Neil <b>x");
  await dialog(page).getByRole('textbox', { name: /^Phone/ }).fill('+44 20 7946 0018');
  await dialog(page).getByRole('button', { name: /^Country/ }).click();
  await page.getByRole('option', { name: 'Germany' }).click();
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('heading', { level: 1, name: "Ada O'Neil <b>x" })).toBeVisible();
  await expect(sidebar(page)).toContainText('+44 20 7946 0018');
  await expect(page.getByRole('button', { name: 'Edit Contact Info' })).toBeFocused();
  await page.getByRole('tab', { name: 'Audit trail' }).click();
  await expect(row(page, 'Contact info changed')).toContainText('Phone: +44 20 7946 0018');
  await expect(row(page, 'Contact info changed')).toContainText('Germany');
  await expect(page).toHaveURL(/\?tab=trail$/);
  await expectAccessible(page);
  expect((await read(`/v1/customers/${customer.id}`)).contact)
    .toMatchObject({ name: "Ada O'Neil <b>x", phone: '+44 20 7946 0018', country: 'DE' });
});

test('Changing Username and Password: Change Login Info, OK', async ({ page }) => {
  const customer = await createCustomer(unique('login'));
  const taken = await createCustomer(unique('taken'));
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Change Login Info' }).click();
  await dialog(page).getByRole('textbox', { name: /^Login/ }).fill(taken.login);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText(/login/i);
  const login = unique('renamed');
  await dialog(page).getByRole('textbox', { name: /^Login/ }).fill(login);
  await dialog(page).getByRole('button', { name: 'Generate' }).click();
  const secret = await dialog(page).getByRole('textbox', { name: /^New password/ }).inputValue();
  expect(secret.length).toBeGreaterThan(19);
  await expect(dialog(page).getByRole('checkbox', { name: /^Notify the customer/ })).not.toBeChecked(); // the guide's note
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(sidebar(page)).toContainText(login);
  await signIn(login, secret);
  await signIn(customer.login, password, 401);
});

test('Resetting a Password: Show link next to Password reset link, and Send to Email', async ({ page }) => {
  const customer = await createCustomer(unique('reset'));
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Change Login Info' }).click();
  const section = dialog(page).getByRole('region', { name: 'Password reset link' });
  await section.getByRole('button', { name: 'Show link' }).click();
  const link = section.getByText(/\/reset-password/);
  await expect(link).toBeVisible();
  await expect(section.getByRole('button', { name: 'Copy the link' })).toBeVisible();
  await expectAccessible(page);
  const before = (await mails(customer.contact.email, 0)).length;
  await section.getByRole('button', { name: 'Send to Email' }).click();
  await expect(section).toContainText(`A link was sent to ${customer.contact.email}.`);
  await mails(customer.contact.email, before + 1);
  await page.goto((await link.innerText()).trim());
  await page.getByLabel('New password', { exact: true }).fill('nine quiet otters row home');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible();
  await signIn(customer.login, 'nine quiet otters row home');
});

test('Adding Descriptions: the Description box, [edit], [add description], and the list under the name', async ({ page }) => {
  const login = unique('note');
  await enter(page);
  await page.getByRole('button', { name: 'Add Customer' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(login);
  await page.getByLabel('E-mail', { exact: true }).fill(`${login}@example.com`);
  await page.getByLabel('Login', { exact: true }).fill(login);
  await page.getByLabel('Description').fill('Pays by invoice.');
  await page.getByRole('button', { name: 'Add Customer' }).click();
  await expect(sidebar(page)).toContainText('Pays by invoice.');
  await page.getByRole('button', { name: '[edit]' }).click();
  await expectAccessible(page);
  await dialog(page).getByRole('textbox').fill('Pays by card.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Pays by card.');
  await findable(login, 1);
  await page.goto(`/customers?search=${login}`);
  await expect(row(page, login)).toContainText('Pays by card.');

  const other = await createCustomer(unique('plain'));
  await openFromList(page, other);
  await page.getByRole('button', { name: '[add description]' }).click();
  await dialog(page).getByRole('textbox').fill('Calls on Fridays.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('Calls on Fridays.');
});

test('Adding Descriptions: the administrator edits the description of a reseller, and has an own one', async ({ page, context }) => {
  const reseller = await createReseller(unique('owner'));
  const asReseller = await callAs(reseller.login);
  const login = unique('shared');
  const { body: customer } = await asReseller('POST', '/v1/customers', {
    body: { login, contact: { name: login, email: `${login}@example.com` }, description: 'The note of the reseller.' }, want: 201,
  });
  await enter(page);
  await openFromList(page, customer);
  await expect(sidebar(page)).toContainText('The note of the reseller.');
  await page.getByRole('button', { name: '[add description] Your description' }).click();
  await dialog(page).getByRole('textbox').fill('The note of the administrator.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('The note of the administrator.');
  const { body } = await asReseller('GET', `/v1/customers/${customer.id}`);
  expect(body.description).toBe('The note of the reseller.');
  expect(body.adminDescription).toBeUndefined();

  await page.getByRole('button', { name: '[edit] Description of the provider' }).click();
  await dialog(page).getByRole('textbox').fill('The note of the reseller, corrected.');
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page)).toContainText('The note of the reseller, corrected.');
  await context.clearCookies();
  await enter(page, '/', { login: reseller.login });
  await openFromList(page, customer);
  await expect(sidebar(page)).toContainText('The note of the reseller, corrected.');
  await expect(sidebar(page)).not.toContainText('The note of the administrator.');
});

test('Suspending Accounts: Status Active in the filter, the checkboxes, Change Status > Suspend', async ({ page }) => {
  const { group, names, customers } = await createGroup(4);
  const subscription = await addSubscription(customers[0]);
  const clerk = unique('clerk');
  const asCustomer = await callAs(names[0]);
  await asCustomer('POST', `/v1/customers/${customers[0].id}/panel-users`, {
    body: { login: clerk, password, name: 'Charles Clerk', email: 'clerk@example.com' }, want: 201,
  });
  await asAdministrator('POST', `/v1/customers/${customers[3].id}/suspend`, { body: {}, want: 200 });
  await findable(group, 3, 'active');
  await openCustomers(page, group, 4);
  await filterByStatus(page, 'Active');
  await expect(page.getByRole('row')).toHaveCount(4);
  await select(page, names[0], names[1]);
  await changeStatus(page, 'Suspend');
  await expect(dialog(page)).toContainText('Suspend 2 customers');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await dialog(page).getByLabel('Reason').fill('Invoice 17 is open.');
  await dialog(page).getByLabel('Public message').fill('Please pay invoice 17.');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await finished(page, 'Suspend customers: 2 done.');
  await page.goBack(); // to the list without the filter
  await expect(row(page, names[0])).toContainText('Suspended');
  await expect(row(page, names[2])).toContainText('Active');
  const { holds } = await read(`/v1/customers/${customers[0].id}`);
  expect(holds[0]).toMatchObject({ reason: 'Invoice 17 is open.', publicMessage: 'Please pay invoice 17.' });
  expect((await read(`/v1/subscriptions/${subscription.id}`)).holds).toMatchObject([{ source: 'administrator', inherited: true }]);
  await expect.poll(() => isServed(subscription)).toBe(false);
  expect([await signInStatus(names[0]), await signInStatus(clerk), await signInStatus(names[2])]).toEqual([403, 403, 201]);

  await openFromList(page, customers[2]);
  await changeStatus(page, 'Suspend');
  await dialog(page).getByRole('textbox', { name: /^Reason/ }).fill('Invoice 17 is unpaid.');
  await dialog(page).getByRole('textbox', { name: /^Public message/ }).fill('Please pay.');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await expect(page.getByText('Reason: Invoice 17 is unpaid.')).toBeVisible();
  await expect(sidebar(page).getByText('Suspended', { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('Activating Accounts: Status Suspended in the filter, the checkboxes, Change Status > Activate', async ({ page }) => {
  const { group, customers } = await createGroup(3);
  const subscription = await addSubscription(customers[0]);
  for (const { id } of customers.slice(0, 2)) await asAdministrator('POST', `/v1/customers/${id}/suspend`, { body: {}, want: 200 });
  await asAdministrator('POST', `/v1/subscriptions/${subscription.id}/suspend`, { body: {}, want: 200 });
  await findable(group, 2, 'suspended');
  await openCustomers(page, group, 3);
  await filterByStatus(page, 'Suspended');
  await expect(page.getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('checkbox', { name: 'Select this page' }).check({ force: true });
  await changeStatus(page, 'Activate');
  await dialog(page).getByRole('button', { name: 'Activate' }).click();
  await finished(page, 'Activate customers: 2 done.');
  await expect(page.getByText('No match', { exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('row')).toHaveCount(4);
  await expect(page.getByRole('row').filter({ hasText: 'Active' })).toHaveCount(3);
  expect(await read(`/v1/subscriptions/${subscription.id}`)).toMatchObject({ status: 'active', holds: [] });
  await expect.poll(() => isServed(subscription)).toBe(true);

  await asAdministrator('POST', `/v1/customers/${customers[2].id}/suspend`, { body: {}, want: 200 });
  await openFromList(page, customers[2]);
  await expect(page.getByText('This account is suspended')).toBeVisible();
  await changeStatus(page, 'Activate');
  await dialog(page).getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText('This account is suspended')).toBeHidden();
  await expect(sidebar(page).getByText('Active', { exact: true })).toBeVisible();
  expect(await signInStatus(customers[2].login)).toBe(201);
});

test('Converting Customer Accounts to Reseller Accounts: Convert to Reseller keeps the sum with the Custom plan', async ({ page }) => {
  const customer = await createCustomer(unique('grows'));
  await addSubscription(customer, { allotments: { max_box: 10 } });
  await addSubscription(customer, { allotments: { max_box: 15 } });
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Convert to Reseller' }).click();
  await expect(dialog(page).getByRole('button', { name: /^Reseller plan/ })).toContainText('Custom');
  await expect(dialog(page)).toContainText('This is possible.');
  await expect(dialog(page).getByText('25', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(page).toHaveURL(new RegExp(`/resellers/${customer.id}$`), { timeout: 30_000 });
  await page.getByRole('tab', { name: 'Resources' }).click();
  await expect(page.getByRole('row', { name: /^Mailboxes/ })).toContainText('25');
});

test('Converting Customer Accounts to Reseller Accounts: Convert to Resellers, with a reseller plan for each', async ({ page }) => {
  const { group, names } = await createGroup(2);
  const plan = unique('Gold');
  await asAdministrator('POST', '/v1/reseller-plans', { body: { name: plan, allotments: { max_cl: 7 } }, want: 201 });
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Convert to Resellers' }).click();
  await dialog(page).getByRole('button', { name: `Reseller plan: ${names[1]}` }).click();
  await page.getByRole('option', { name: plan }).click();
  await expect(dialog(page).getByRole('button', { name: `Reseller plan: ${names[0]}` })).toContainText('Custom');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await dialog(page).getByText(`Resources of the new reseller: ${names[1]}`).click();
  await expect(dialog(page).getByText('7', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await finished(page, 'Convert customers to resellers: 2 done.');
  const { items } = await read(`/v1/resellers?search=${group}`);
  expect(items.map(({ login }) => login).sort()).toEqual(names);
});

test('Moving Customers to Another Owner: Move to another next to Provider, the new owner, the Custom plan', async ({ page }) => {
  const reseller = await createReseller(unique('new-owner'));
  const customer = await createCustomer(unique('moves'));
  const subscription = await addSubscription(customer, { allotments: { max_box: 10 } });
  await enter(page);
  await openFromList(page, customer);
  await page.getByRole('button', { name: 'Move to another' }).click();
  await chooseOwner(page, reseller.login);
  await expect(dialog(page).getByText('This is possible.')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: /^Service plan/ })).toContainText('Custom');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await expect(sidebar(page).getByRole('link', { name: reseller.login })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toContainText(reseller.login);
  await expect(page.getByRole('button', { name: 'Convert to Reseller' })).toBeEnabled({ timeout: 30_000 });
  expect((await read(`/v1/subscriptions/${subscription.id}`)).resources.allotments.max_box).toBe(10);
});

test('Moving Customers to Another Owner: Move to, with a service plan of the new owner for each', async ({ page }) => {
  const { group, names, customers } = await createGroup(2);
  const subscription = await addSubscription(customers[1]);
  const owner = unique('owner');
  const reseller = await createReseller(owner, { contact: { name: `Reseller ${owner}` } });
  const asReseller = await callAs(owner);
  await asReseller('POST', '/v1/service-plans', { body: { name: 'Business', allotments: { max_box: 12 } }, want: 201 });
  await openCustomers(page, group, 2);
  await select(page, ...names);
  await page.getByRole('button', { name: 'Move to' }).click();
  await chooseOwner(page, `Reseller ${owner}`);
  await dialog(page).getByRole('button', { name: `Service plan: ${names[1]}` }).click();
  await page.getByRole('option', { name: 'Business' }).click();
  await expect(dialog(page).getByRole('button', { name: `Service plan: ${names[0]}` })).toContainText('Custom');
  await expect(dialog(page)).toContainText('Possible for 2.');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'OK' }).click();
  await finished(page, 'Move customers: 2 done.');
  await expect(row(page, names[0])).toContainText(`Reseller ${owner}`);
  expect((await read(`/v1/customers/${customers[1].id}`)).owner.id).toBe(reseller.id);
  expect((await read(`/v1/subscriptions/${subscription.id}`)).resources.allotments.max_box).toBe(12);
});

test('Removing Accounts: the checkboxes, Remove, Yes; or on the page of a customer', async ({ page }) => {
  const { group, names, customers } = await createGroup(3);
  const subscription = await addSubscription(customers[0]);
  await openCustomers(page, group, 3);
  await select(page, names[0], names[1]);
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog(page)).toContainText('Remove 2 customers?');
  await expect(dialog(page)).toContainText('1 subscriptions');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Yes' }).click();
  await finished(page, 'Remove customers: 2 done.');
  await asAdministrator('GET', `/v1/customers/${customers[0].id}`, { want: 404 });
  await asAdministrator('GET', `/v1/subscriptions/${subscription.id}`, { want: 404 });

  await openFromList(page, customers[2]);
  await sidebar(page).getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Yes' }).click();
  await expect(page).toHaveURL(/\/customers(\?|$)/, { timeout: 30_000 });
  await expect.poll(async () => (await asAdministrator('GET', `/v1/customers/${customers[2].id}`)).status).toBe(404);
});
