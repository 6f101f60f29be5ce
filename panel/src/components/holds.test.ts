import { expect, test } from 'vitest';
import { canLift, closedBy, isClosedAbove, ownHolds, type HoldView } from './holds';

const hold = (source: HoldView['source'], inherited = false): HoldView => ({ source, inherited, since: '2027-01-01T00:00:00Z' });

test('nobody lifts a hold of a higher level', () => {
  expect(canLift([hold('customer')], 'customer')).toBe(true);
  expect(canLift([hold('reseller')], 'customer')).toBe(false);
  expect(canLift([hold('administrator')], 'reseller')).toBe(false);
  expect(canLift([hold('reseller'), hold('customer')], 'administrator')).toBe(true);
  expect(canLift([hold('customer')], 'panel-user')).toBe(false);
});

test('nobody lifts the hold of an expiry, or of what is above', () => {
  expect(canLift([hold('expiry')], 'administrator')).toBe(false);
  expect(canLift([hold('customer', true)], 'administrator')).toBe(false);
});

test('own holds and those above are told apart', () => {
  const holds = [hold('customer'), hold('administrator', true)];
  expect(ownHolds(holds)).toEqual([holds[0]]);
  expect(isClosedAbove(holds)).toBe(true);
  expect(isClosedAbove(ownHolds(holds))).toBe(false);
});

test('the nearest object above closes what is below', () => {
  expect(closedBy([hold('administrator')])).toBeUndefined();
  expect(closedBy([{ ...hold('administrator', true), inheritedFrom: 'reseller' }, { ...hold('reseller', true), inheritedFrom: 'customer' }])).toBe('customer');
});
