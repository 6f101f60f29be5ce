import { expect, test } from 'vitest';
import { createPassword } from './password';

test('generated passwords are long, readable and different', () => {
  const passwords = Array.from({ length: 50 }, () => createPassword());
  for (const password of passwords) expect(password).toMatch(/^([a-zA-Z34679]{5}-){3}[a-zA-Z34679]{5}$/);
  expect(new Set(passwords).size).toBe(50);
});

test('bytes that would make some characters more likely are not used', () => {
  const bytes = [255, 254, 0];
  expect(createPassword((target) => target.map((_, index) => bytes[index % 3] ?? 0))).toBe('aaaaa-aaaaa-aaaaa-aaaaa');
});
