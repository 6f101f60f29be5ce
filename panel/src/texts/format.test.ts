import { expect, test } from 'vitest';
import { localeOf } from './format';

test('the locale is the first valid one of the language', () => {
  expect(localeOf('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('de', ['en-GB', 'de-AT'])).toBe('de-AT');
  expect(localeOf('en', ['en-US@posix'])).toBe('en');
  expect(localeOf('de', ['en-GB'])).toBe('de');
});
