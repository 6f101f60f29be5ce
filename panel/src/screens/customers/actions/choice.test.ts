import { expect, test } from 'vitest';
import { allCustom, itemsOf } from './choice';
import { checkTimes } from './times';

const target = { kind: 'items' as const, customers: [{ id: 'cus_1', name: 'Ada' }, { id: 'cus_2', name: 'Grace' }] };

test('every customer has the custom plan until another one is chosen', () => {
  expect(itemsOf(target, allCustom).map(({ plan }) => plan)).toEqual(['custom', 'custom']);
});

test('the plan of one customer wins over the plan for all', () => {
  expect(itemsOf(target, { forAll: 'rpl_1', single: { cus_2: 'rpl_2' } })).toEqual([
    { customer: 'cus_1', plan: 'rpl_1' }, { customer: 'cus_2', plan: 'rpl_2' },
  ]);
});

test('a suspension must end after it starts', () => {
  const texts = { invalidTime: 'invalid', endBeforeStart: 'order' };
  expect(checkTimes('2027-01-02', '2027-01-01', texts)).toEqual({ '/until': 'order' });
  expect(checkTimes(null, null, texts)).toEqual({ '/suspendAt': 'invalid', '/until': 'invalid' });
  expect(checkTimes(undefined, '2027-01-01', texts)).toEqual({});
});
