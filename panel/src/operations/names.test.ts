import { expect, test } from 'vitest';
import type { OperationItem } from '../api/client';
import { nameOf, rememberNames, withNames } from './names';

type Named = Pick<OperationItem, 'customer' | 'account'>;

const ada = { kind: 'customer' as const, login: 'ada', name: 'Ada' };

test('a name that was shown stays when the account is removed', () => {
  const items: Named[] = [{ customer: 'cus_1', account: ada }, { customer: 'cus_2' }];
  expect(withNames(items)).toEqual([
    { customer: 'cus_1', account: ada }, { customer: 'cus_2', account: undefined },
  ]);
  expect(withNames<Named>([{ customer: 'cus_1' }])[0]?.account).toEqual(ada);
});

test('names of customers that were selected are known to operations', () => {
  rememberNames([{ id: 'cus_3', login: 'grace', name: 'Grace' }]);
  expect(withNames<Named>([{ customer: 'cus_3' }])[0]?.account?.name).toBe('Grace');
});

test('an account without a known name is shown by its id', () => {
  expect(nameOf({ customer: 'cus_9' }, 'Removed account')).toBe('Removed account (cus_9)');
  expect(nameOf({ customer: 'cus_1', account: { ...ada, name: '' } }, 'Removed account')).toBe('ada');
});
