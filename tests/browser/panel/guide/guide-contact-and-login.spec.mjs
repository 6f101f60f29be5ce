// The guide's chapters Changing Contact Information, Changing Username and Password, Resetting a Password:
// each test clicks what its chapter says, in the guide's words.
import { mails, signIn } from '../../stack.mjs';
import {
  createCustomer, dialog, enter, expect, expectAccessible, password, row, sidebar, test, unique,
} from '../panel.mjs';
import { openFromList, read } from './guide.mjs';

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
  const notice = dialog(page).getByRole('checkbox', { name: /^Notify the customer/ });
  await expect(notice).not.toBeChecked(); // the guide's note
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
  await expect(dialog(page).getByRole('button', { name: 'Cancel' })).toHaveCount(0); // closing takes no link back
  await expect(section).toContainText(`A link was sent to ${customer.contact.email}.`);
  await mails(customer.contact.email, before + 1);
  await page.goto((await link.innerText()).trim());
  await page.getByLabel('New password', { exact: true }).fill('nine quiet otters row home');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible();
  await signIn(customer.login, 'nine quiet otters row home');
});
