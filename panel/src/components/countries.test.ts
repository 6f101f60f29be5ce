import { expect, test } from 'vitest';
import { countries, countryName } from './countries';

test('countries are those of ISO 3166-1, in the language', () => {
  const codes = countries('en').map(({ value }) => value);
  expect(codes.length).toBeGreaterThan(240);
  expect(codes.length).toBeLessThan(252);
  expect(codes).toEqual(expect.arrayContaining(['DE', 'GB', 'US', 'SS', 'TL', 'RS']));
  for (const other of ['DD', 'YU', 'UK', 'EU', 'UN', 'ZZ', 'SU']) expect(codes).not.toContain(other);
  expect(countryName('AT', 'de')).toBe('Österreich');
  expect(countryName('QX', 'de')).toBe('QX');
});
