// Every screen of every role, in both themes: it is accessible, and its picture is saved in
// .local/screenshots/<role>/<theme>/<screen>.png.
import { enter, expect, test } from '../panel.mjs';
import { look, objects, open, picture, roles } from './screens.mjs';

for (const role of ['administrator', 'reseller', 'customer', 'panel-user']) {
  for (const theme of ['light', 'dark']) {
    test(`the screens of the role ${role}, ${theme}`, async ({ page }) => {
      test.setTimeout(240_000);
      await look(page, theme);
      const { login, screens } = roles(await objects())[role];
      await page.goto('/');
      await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
      if (role === 'administrator') await picture(page, `${role}/${theme}/sign-in`);
      await enter(page, '/', login && { login });
      await expect(page.locator('#content').getByRole('heading', { level: 1 })).toBeVisible();
      const isDark = await page.locator('body').evaluate((body) => body.classList.contains('awsui-dark-mode'));
      expect(isDark).toBe(theme === 'dark');
      for (const [name, address] of Object.entries(screens)) {
        await open(page, address);
        await picture(page, `${role}/${theme}/${name}`);
      }
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox', { name: 'Quick navigation' })).toBeFocused();
      await picture(page, `${role}/${theme}/quick-navigation`);
    });
  }
}

test('screens on a phone', async ({ page }) => {
  test.setTimeout(120_000);
  const phone = { width: 375, height: 740 };
  await page.setViewportSize(phone);
  await look(page, 'light');
  const { administrator: { screens } } = roles(await objects());
  await page.goto('/');
  await picture(page, 'phone/sign-in', phone);
  await enter(page);
  await expect(page.locator('#content').getByRole('heading', { level: 1 })).toBeVisible();
  const names = [
    'customers', 'add-customer', 'customer', 'reseller', 'subscription', 'service-plan', 'operations', 'account',
  ];
  for (const name of names) {
    await open(page, screens[name]);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excess, `${name} is too wide`).toBeLessThanOrEqual(0);
    await picture(page, `phone/${name}`, phone);
  }
});
