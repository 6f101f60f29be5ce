import { useQueryClient } from '@tanstack/react-query';
import { pageOf } from '../../api/all-pages';
import { loadBackupsOf } from '../../components/backups/all-backups';
import { Backups } from '../../components/backups/backup-list';
import { Link } from '../../components/link';
import { useTexts } from '../../texts/catalogue';
import { accountTexts } from './texts';

// AccountBackups lists the backups of an account's subscriptions. The page of a subscription uploads backups.
export function AccountBackups({ id }: { id: string }) {
  const texts = useTexts(accountTexts);
  const queries = useQueryClient();
  return (
    <Backups
      scope={id}
      title={texts.tabs.backups}
      variant="container"
      load={async ({ cursor, limit }) => {
        const all = await queries.query({ queryKey: ['backups-of', id], queryFn: () => loadBackupsOf(id), staleTime: cursor ? 60_000 : 0 });
        return pageOf(all, cursor, limit);
      }}
      more={[{
        id: 'subscription', header: texts.backups.subscription, maxWidth: 150,
        cell: (backup) => <Link href={`/subscriptions/${backup.subscription}?tab=backups`}>{backup.domain || '–'}</Link>,
      }]}
      empty={texts.backups.empty}
    />
  );
}
