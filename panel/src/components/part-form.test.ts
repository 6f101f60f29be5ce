import { expect, test } from 'vitest';
import { partOf } from './part-form';
import type { Form } from './use-form';

test('a part of a form changes only its own field', () => {
  const changes: [string, unknown][] = [];
  const values = { login: 'ada', contact: { name: 'Ada', email: 'ada@example.com' } };
  const form = { values, set: (name: string, value: unknown) => { changes.push([name, value]); } } as unknown as Form<typeof values>;
  partOf(form, 'contact').set('name', 'Ada Lovelace');
  expect(changes).toEqual([['contact', { name: 'Ada Lovelace', email: 'ada@example.com' }]]);
});
