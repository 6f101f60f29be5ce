import { expect, test } from 'vitest';
import source from '../../../../../shared/event/event.go?raw';
import { eventText, linesOf } from './changes';
import { trailTexts } from './texts';

const asIs = (id: string) => id;

test('every event of the API has a name', () => {
  const events = [...source.matchAll(/Name = "([\w.-]+)"/g)].map(([, name]) => name ?? '');
  expect(events.length).toBeGreaterThan(40);
  expect(Object.keys(trailTexts.en.events).sort()).toEqual(events.sort());
});

test('an unknown event keeps its name', () => {
  expect(eventText('account.suspended', 'de')).toBe('Gesperrt');
  expect(eventText('account.painted', 'en')).toBe('account.painted');
});

test('old and new values are shown by field', () => {
  const lines = linesOf([{ field: 'contact.phone', old: '1', new: '2' }, { field: 'contact.country', new: 'DE' }, { field: 'password' }], 'en', asIs);
  expect(lines).toEqual([
    { label: 'Phone', before: '1', after: '2' }, { label: 'Country', before: '', after: 'Germany' }, { label: 'Password', before: '', after: '' },
  ]);
});

test('a new contact is shown field by field', () => {
  const lines = linesOf([{ field: 'contact', new: { name: 'Ada', email: 'ada@example.com' } }], 'de', asIs);
  expect(lines).toEqual([{ label: 'Name', before: '', after: 'Ada' }, { label: 'E-Mail', before: '', after: 'ada@example.com' }]);
});

test('the language of mails has its name', () => {
  const lines = linesOf([{ field: 'contact.locale', old: 'en', new: 'de' }], 'en', asIs);
  expect(lines).toEqual([{ label: 'Language of mails', before: 'English', after: 'German' }]);
});

test('the kind of an operation has its name', () => {
  const lines = linesOf([{ field: 'kind', new: 'suspend-customers' }], 'en', asIs);
  expect(lines).toEqual([{ label: 'Kind', before: '', after: 'Suspend customers' }]);
});

test('objects are shown as people call them', () => {
  const after = (field: string, value: unknown) => linesOf([{ field, new: value }], 'en', (id) => (id === 'spl_1' ? 'Basic' : id))[0]?.after;
  expect(after('subscription', { id: 'sub_1', domain: 'ada.example' })).toBe('ada.example');
  expect(after('panelUser', { login: 'bob', name: 'Bob', email: 'b@example.com' })).toBe('Bob, bob');
  expect(after('servicePlan', 'spl_1')).toBe('Basic');
  expect(after('holds', { source: 'administrator', reason: 'Invoice 17', since: '2026-01-01T00:00:00Z' })).toBe('by the administrator; Invoice 17');
  expect(after('schedule', { suspendAt: '2027-01-31T12:00:00Z' })).toMatch(/^suspend on .*2027/);
  expect(after('backup', 3 * 1024 ** 2)).toBe('3 MB');
  expect(after('limits', { max_cl: 5, oversell: true })).toBe('max_cl: 5, oversell: Yes');
});

test('owners and plans have the names that the API knows', () => {
  const changes = [{ field: 'owner', old: 'res_1', new: 'res_2', newName: 'South' }, { field: 'servicePlan', old: 'custom', new: 'spl_1', newName: 'Basic' }];
  expect(linesOf(changes, 'en', (id) => (id === 'custom' ? 'Custom' : id))).toEqual([
    { label: 'Owner', before: 'res_1', after: 'South' }, { label: 'Service plan', before: 'Custom', after: 'Basic' },
  ]);
});
