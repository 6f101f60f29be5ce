import { expect, test } from 'vitest';
import type { OperationItem } from '../../api/client';
import { askedAgain } from './asked';

const failed = (customer: string, plan?: string): OperationItem => ({ customer, plan, state: 'failed' });

test('a suspension is tried again with the same texts', () => {
  const asked = askedAgain({ parameters: { reason: 'unpaid', publicMessage: 'Call us.', until: '2999-01-01T00:00:00Z' } }, [failed('cus_1')]);
  expect(asked).toMatchObject({ reason: 'unpaid', publicMessage: 'Call us.' });
  expect(asked.until?.date).toMatch(/^(2998|2999)-/);
});

test('an end that has passed is left out', () => {
  expect(askedAgain({ parameters: { until: '2020-01-01T00:00:00Z' } }, []).until).toBeUndefined();
});

test('each customer keeps its plan', () => {
  const asked = askedAgain({ parameters: { owner: 'res_1' } }, [failed('cus_1', 'spl_1'), failed('cus_2', 'custom'), failed('cus_3')]);
  expect(asked.owner).toBe('res_1');
  expect(asked.choice).toEqual({ forAll: 'custom', single: { cus_1: 'spl_1', cus_2: 'custom' } });
});

test('one plan of all failed customers is the plan for all', () => {
  expect(askedAgain({}, [failed('cus_1', 'rpl_1'), failed('cus_2', 'rpl_1')]).choice).toEqual({ forAll: 'rpl_1', single: {} });
});
