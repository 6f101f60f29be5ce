import { describe, expect, test } from 'vitest';
import { split, toQuantity, toValue, UNLIMITED } from './quantity';

const GB = 1024 ** 3;

describe('split', () => {
  test('chooses the largest measure that loses nothing', () => {
    expect(split(10 * GB)).toEqual({ amount: 10, measure: 'GB' });
    expect(split(1536 * 1024 ** 2)).toEqual({ amount: 1.5, measure: 'GB' });
    expect(split(2048 * GB)).toEqual({ amount: 2, measure: 'TB' });
    expect(split(500 * 1024 ** 2)).toEqual({ amount: 500, measure: 'MB' });
    expect(split(GB + 1)).toEqual({ amount: GB + 1, measure: 'B' });
    expect(split(512 * 1024)).toEqual({ amount: 512, measure: 'KB' });
    expect(split(0)).toEqual({ amount: 0, measure: 'GB' });
  });
});

describe('toQuantity and toValue', () => {
  test('return the value that they were given', () => {
    for (const bytes of [0, 1, 1023, 1024, 1234567, 1.3 * GB, GB, 5 * GB, 1024 * GB, 1500 * GB, 2 ** 53]) {
      expect(toValue(toQuantity(Math.round(bytes), 'bytes'))).toBe(Math.round(bytes));
      expect(toValue(toQuantity(Math.round(bytes), 'bytes-per-month', ','))).toBe(Math.round(bytes));
    }
    for (const pieces of [0, 1, 25, 100000]) expect(toValue(toQuantity(pieces, 'pieces'))).toBe(pieces);
  });

  test('keep unlimited, whatever the amount is', () => {
    expect(toQuantity(UNLIMITED, 'bytes')).toEqual({ isUnlimited: true, amount: '', measure: 'GB' });
    expect(toValue({ isUnlimited: true, amount: 'x', measure: 'GB' })).toBe(UNLIMITED);
  });

  test('accept a decimal comma', () => {
    expect(toValue({ isUnlimited: false, amount: ' 1,5 ', measure: 'GB' })).toBe(1.5 * GB);
  });

  test('reject what is not an amount', () => {
    for (const amount of ['', 'x', '-1', '1e3', '1.', '1.5.5']) {
      expect(toValue({ isUnlimited: false, amount, measure: 'GB' })).toBeUndefined();
    }
  });

  test('reject parts of pieces and amounts above the limit of the API', () => {
    expect(toValue({ isUnlimited: false, amount: '1.5', measure: '' })).toBeUndefined();
    expect(toValue({ isUnlimited: false, amount: '9000', measure: 'TB' })).toBeUndefined();
    expect(toValue({ isUnlimited: false, amount: '9007199254740994', measure: '' })).toBeUndefined();
  });
});
