import { expect, test } from 'vitest';
import { formatAmount } from './amount';

test('amounts have the largest unit of which there is at least one', () => {
  expect(formatAmount(10 * 1024 ** 3, 'bytes', 'en')).toBe('10 GB');
  expect(formatAmount(1.5 * 1024 ** 4, 'bytes-per-month', 'de')).toBe('1,5 TB/Monat');
  expect(formatAmount(512, 'bytes', 'en')).toBe('512 B');
  expect(formatAmount(0, 'bytes', 'en')).toBe('0 B');
  expect(formatAmount(1234, 'pieces', 'en')).toBe('1,234');
});

test('minus one is unlimited', () => {
  expect(formatAmount(-1, 'bytes', 'en')).toBe('unlimited');
  expect(formatAmount(-1, 'pieces', 'de')).toBe('unbegrenzt');
});
