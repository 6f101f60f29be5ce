import { expect, test } from 'vitest';
import { Problem } from '../api/problem';
import { factsOf, sendSeen, type Seen } from './use-version';

const mismatch = new Problem(412, { code: 'version-mismatch' });
const old: Seen = { etag: '"1"', facts: factsOf('active') };

// scripted answers attempts one after another, and records their If-Match headers.
function scripted(...answers: (string | Problem)[]) {
  const tags: (string | undefined)[] = [];
  const send = (headers: { 'If-Match'?: string }) => {
    tags.push(headers['If-Match']);
    const answer = answers.shift();
    return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { send, tags };
}

test('a change names the version that the user has seen', async () => {
  const { send, tags } = scripted('done');
  expect(await sendSeen(old, () => Promise.reject(mismatch), () => undefined, send)).toBe('done');
  expect(tags).toEqual(['"1"']);
});

test('a change of something else does not disturb the user', async () => {
  const { send, tags } = scripted(mismatch, 'done');
  expect(await sendSeen(old, () => Promise.resolve({ ...old, etag: '"2"' }), () => undefined, send)).toBe('done');
  expect(tags).toEqual(['"1"', '"2"']);
});

test('a change of what matters is left to the user, whose next attempt names the newest version', async () => {
  let seen = old;
  const { send, tags } = scripted(mismatch, 'done');
  const attempt = () => sendSeen(
    seen, () => Promise.resolve({ etag: '"2"', facts: factsOf('suspended') }), (newest) => { seen = newest; }, send);
  await expect(attempt()).rejects.toMatchObject({ code: 'changed-meanwhile' });
  expect(await attempt()).toBe('done');
  expect(tags).toEqual(['"1"', '"2"']);
});

test('other problems, and objects without a version, are not sent again', async () => {
  const busy = new Problem(409, { code: 'busy' });
  await expect(sendSeen(old, () => Promise.reject(mismatch), () => undefined, scripted(busy).send)).rejects.toBe(busy);
  const { send, tags } = scripted('done');
  await sendSeen(undefined, () => Promise.reject(mismatch), () => undefined, send);
  expect(tags).toEqual([undefined]);
});
