import { expect, test } from 'vitest';
import { canReuse } from './reuse';

const target = { expiresAt: '2026-11-29T10:10:00Z' };
const at = (time: string) => Date.parse(`2026-11-29T${time}Z`);

test('a lost connection is repeated for the same backup while its address is valid', () => {
  expect(canReuse(target, 'failed', at('10:05:00'))).toBe(true);
  expect(canReuse(target, 'failed', at('10:09:30'))).toBe(false);
  expect(canReuse(target, 'failed', at('10:20:00'))).toBe(false);
});

test('what the storage has refused needs a new backup', () => {
  expect(canReuse(target, 'refused', at('10:05:00'))).toBe(false);
});
