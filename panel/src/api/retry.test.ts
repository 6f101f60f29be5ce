import { describe, expect, test } from 'vitest';
import { Keys, waitBefore } from './retry';

describe('waitBefore', () => {
  const wait = (attempt: number, status: number, retryAfter?: number) => waitBefore(attempt, status, retryAfter, () => 1);

  test('lost connections and busy answers are repeated, with growing pauses', () => {
    for (const status of [0, 429, 502, 503, 504]) {
      expect([1, 2, 3].map((attempt) => wait(attempt, status))).toEqual([600, 1200, 2400]);
    }
  });

  test('the fourth attempt is the last one', () => {
    expect(wait(4, 503)).toBeUndefined();
  });

  test('answers that another attempt would not change stand', () => {
    for (const status of [200, 201, 304, 400, 401, 403, 404, 409, 412, 422, 500]) expect(wait(1, status)).toBeUndefined();
  });

  test('a Retry-After header is obeyed, unless the user would wait too long', () => {
    expect(wait(1, 429, 5)).toBe(5000);
    expect(wait(1, 429, 0)).toBe(600);
    expect(wait(1, 429, 60)).toBeUndefined();
  });
});

describe('Keys', () => {
  const numbered = () => {
    let count = 0;
    return new Keys(() => `key-${++count}`);
  };

  test('a change whose outcome is unknown keeps its key', () => {
    const keys = numbered();
    for (const status of [0, 401, 429, 500, 503]) {
      expect(keys.keyFor('POST /v1/customers {}')).toBe('key-1');
      keys.settle('POST /v1/customers {}', status);
    }
    expect(keys.keyFor('POST /v1/customers {}')).toBe('key-1');
  });

  test('a change whose outcome is known gets a new key the next time', () => {
    for (const status of [201, 409, 422]) {
      const keys = numbered();
      keys.keyFor('POST /v1/customers {}');
      keys.settle('POST /v1/customers {}', status);
      expect(keys.keyFor('POST /v1/customers {}')).toBe('key-2');
    }
  });

  test('another body is another change', () => {
    const keys = numbered();
    expect(keys.keyFor('POST /v1/customers {"login":"a"}')).not.toBe(keys.keyFor('POST /v1/customers {"login":"b"}'));
  });
});
