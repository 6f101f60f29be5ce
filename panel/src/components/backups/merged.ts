import type { Schemas } from '../../api/client';

type Backup = Schemas['BackupView'];

// ListedBackup is a backup with the domain of its subscription, which is undefined if the subscription is gone or belongs
// to somebody else now.
export interface ListedBackup extends Backup { domain?: string }

// merged adds the backups of the second list that the first one does not have.
export function merged(present: readonly ListedBackup[], created: readonly Backup[]): ListedBackup[] {
  const known = new Set(present.map(({ id }) => id));
  return newestFirst([...present, ...created.filter(({ id }) => !known.has(id))]);
}

export const newestFirst = (backups: readonly ListedBackup[]) => [...backups].sort((a, b) => b.id.localeCompare(a.id));
