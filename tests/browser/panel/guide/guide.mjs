// What the tests of the guide's chapters share.
import { asAdministrator, call } from '../../stack.mjs';
import { dialog, expect, findable, password, row, unique } from '../panel.mjs';

// openFromList goes to Customers, and clicks the name of the customer in the list.
export async function openFromList(page, customer) {
  await findable(customer.login, 1);
  await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
  await page.getByRole('searchbox', { name: /Find customers by name/ }).fill(customer.login);
  await expect(page).toHaveURL(new RegExp(`search=${customer.login}`));
  await row(page, customer.login).getByRole('link', { name: customer.contact.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: customer.contact.name })).toBeVisible();
}

// filterByStatus opens the list filter with the icon next to the search field, and selects a status.
export async function filterByStatus(page, status) {
  await page.getByRole('button', { name: 'Open the filter' }).click();
  await page.getByRole('button', { name: 'Status All' }).click();
  await page.getByRole('option', { name: status, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`status=${status.toLowerCase()}`));
}

// chooseOwner selects the new owner in the dialog that moves customers.
export async function chooseOwner(page, name) {
  await dialog(page).getByRole('button', { name: /^New owner/ }).click();
  const search = { name: 'Search' };
  await page.getByRole('combobox', search).or(page.getByRole('searchbox', search)).last().fill(name);
  await page.getByRole('option', { name }).click();
}

export async function addSubscription(customer, resources = {}) {
  const domain = `${unique('site')}.example`;
  const { body } = await asAdministrator('POST', `/v1/customers/${customer.id}/subscriptions`, {
    body: { domain, servicePlan: 'custom', resources }, want: 201,
  });
  return body;
}

export const read = async (path) => (await asAdministrator('GET', path, { want: 200 })).body;
export const isServed = async ({ domain }) => (await read(`/v1/gate/${domain}`)).open;
export const signInStatus = async (login) => (await call('POST', '/v1/sessions', { body: { login, password } })).status;
