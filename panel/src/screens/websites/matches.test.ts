import { expect, test } from 'vitest';
import { matches } from './matches';

test('a domain is found by all its parts', () => {
  expect(matches('shop.example.com', '')).toBe(true);
  expect(matches('shop.example.com', 'SHOP example')).toBe(true);
  expect(matches('shop.example.com', 'shop org')).toBe(false);
});
