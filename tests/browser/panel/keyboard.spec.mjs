// The panel without a mouse, with less motion, and for people who listen to it.
import { stack } from '../stack.mjs';
import {
  createCustomer, createGroup, dialog, enter, expect, expectAccessible, findable, openCustomers, row, select, test,
  unique,
} from './panel.mjs';

// tabTo presses Tab, or Shift+Tab, until the element has the focus.
async function tabTo(page, element, key = 'Tab') {
  const isFocused = () => element.evaluate((node) => node === document.activeElement);
  await expect(element).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await isFocused()) return;
    await page.keyboard.press(key);
  }
  await expect(element).toBeFocused();
}

test('customers are found, selected and suspended with the keyboard', async ({ page }) => {
  const { group, names } = await createGroup(2);
  await findable(group, 2);
  await page.goto('/account');
  await expect(page.getByRole('textbox', { name: 'Login' })).toBeFocused();
  await page.keyboard.type(stack.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(stack.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await tabTo(page, page.getByRole('link', { name: 'Customers', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.keyboard.press('f');
  await expect(page.getByRole('searchbox', { name: /Find customers by name/ })).toBeFocused();
  await page.keyboard.type(group);
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.keyboard.press('ArrowDown');
  await expect(row(page, names[0]).getByRole('link')).toBeFocused();
  await page.keyboard.press('j');
  await expect(row(page, names[1]).getByRole('link')).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('k');
  await expect(row(page, names[0]).getByRole('link')).toBeFocused();
  await page.keyboard.press('x');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.keyboard.press('x');
  await expect(page.getByText('1 selected')).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Change Status' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Suspend' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toContainText('This is possible.');
  await tabTo(page, dialog(page).getByRole('textbox', { name: /^Reason/ }));
  await page.keyboard.type('Invoice 17 is open.');
  await tabTo(page, dialog(page).getByRole('button', { name: 'Suspend' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${names[1]} is suspended.`)).toBeVisible();
  await expect(page.locator('#content')).toBeFocused(); // the button is disabled, because nothing is selected now
  await expect(row(page, names[1])).toContainText('Suspended');
});

test('a customer is added and its contact edited with the keyboard', async ({ page }) => {
  const login = unique('keys');
  await enter(page, '/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Quick navigation' })).toBeFocused();
  await page.keyboard.type('Add Customer');
  await expect(page.locator('[role=option][aria-selected=true]')).toContainText('Add Customer');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.type('Ada Lovelace');
  await tabTo(page, page.getByRole('textbox', { name: 'E-mail', exact: true }));
  await page.keyboard.type(`${login}@example.com`);
  await tabTo(page, page.getByRole('textbox', { name: 'Login' }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(login);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible();

  const edit = page.getByRole('button', { name: 'Edit Contact Info' });
  await tabTo(page, edit);
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(edit).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Ada King');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Ada King' })).toBeVisible();
  await expect(edit).toBeFocused();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeHidden();
  await expect(edit).toBeFocused();
});

test('the quick navigation opens a customer with the keyboard', async ({ page }) => {
  const customer = await createCustomer(unique('quick'));
  await findable(customer.login, 1);
  await enter(page, '/operations');
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Quick navigation' })).toBeFocused();
  await page.keyboard.type(customer.login);
  await expect(page.locator('[role=option][aria-selected=true]')).toContainText(customer.login);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: customer.login })).toBeVisible();
});

test('dialogs keep the keyboard and screen readers out of the page behind them', async ({ page }) => {
  const customer = await createCustomer(unique('behind'));
  await enter(page, `/customers/${customer.id}`);
  await page.getByRole('button', { name: 'Edit Contact Info' }).click();
  await expect(dialog(page)).toBeVisible();
  await expect(page.locator('#root')).toHaveAttribute('inert');
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.closest('[role=dialog]') !== null)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(page.locator('#root')).not.toHaveAttribute('inert');
});

test('screen readers hear the progress and the end of an operation', async ({ page }) => {
  const { group, names } = await createGroup(3);
  await openCustomers(page, group, 3);
  await page.evaluate(() => { // what live regions say
    window.heard = [];
    const live = '[aria-live], [role=status], [role=alert]';
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region) window.heard.push(region.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await select(page, ...names);
  await page.getByRole('button', { name: 'Change Status' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('Suspend customers: 3 done.')).toBeVisible({ timeout: 30_000 });
  const heard = () => page.evaluate(() => window.heard.join('\n'));
  await expect.poll(heard).toContain('3 selected');
  await expect.poll(heard).toContain('Suspend customers: 3 done.');
});

test('with reduced motion nothing moves', async ({ page }) => {
  await enter(page, '/customers');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
  await page.route('**/v1/customers?*', () => undefined); // the list stays empty
  await page.reload();
  await expect(page.locator('.tn-skeleton').first()).toBeVisible();
  const moving = () => page.evaluate(() => document.getAnimations().map(({ effect }) => effect.target.className));
  expect(await moving()).toEqual([]);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect((await moving()).join()).toContain('tn-skeleton'); // otherwise the test would see nothing
});
