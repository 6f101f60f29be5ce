import { expect, test } from 'vitest';
import { fileNameOf } from './file-name';

test('a usual name stays', () => {
  expect(fileNameOf('Website & Söhne.tar.gz')).toBe('Website & Söhne.tar.gz');
});

test('what the API does not accept is left out', () => {
  expect(fileNameOf('.hidden\u202E/site.zip ')).toBe('hidden-site.zip');
  expect(fileNameOf(' .. ')).toBeUndefined();
});

test('a long name keeps its extension', () => {
  const name = fileNameOf(`${'x'.repeat(200)}.tar.gz`) ?? '';
  expect(name).toHaveLength(100);
  expect(name.endsWith('x.tar.gz')).toBe(true);
});
