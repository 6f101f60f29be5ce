import { expect, test } from 'vitest';
import { csv } from './csv';

test('values with separators are quoted', () => {
  expect(csv([['a', 'b, c', 'say "d"', 'two\nlines']])).toBe('\uFEFFa,"b, c","say ""d""","two\nlines"\r\n');
});

test('values that start like a formula are not calculated', () => {
  expect(csv([['=SUM(A1:A9)', '+1', '-2', '@x', 'a=b']])).toBe("\uFEFF'=SUM(A1:A9),'+1,'-2,'@x,a=b\r\n");
});
