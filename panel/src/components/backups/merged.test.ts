import { expect, test } from 'vitest';
import { merged, type ListedBackup } from './merged';

const backup = (id: string, domain?: string): ListedBackup =>
  ({ id, domain, subscription: 'sub_1', size: 1, state: 'ready', createdBy: 'cus_1', createdAt: '2026-11-29T10:00:00Z', version: 1 });

test('backups of removed subscriptions are added once, newest first', () => {
  const all = merged([backup('bak_1', 'a.example'), backup('bak_3', 'b.example')], [backup('bak_3'), backup('bak_2')]);
  expect(all.map(({ id, domain }) => [id, domain])).toEqual([['bak_3', 'b.example'], ['bak_2', undefined], ['bak_1', 'a.example']]);
});
