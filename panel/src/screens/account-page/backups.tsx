import { api, call } from '../../api/client';
import { Backups, type Backup } from '../../components/backups/backup-list';
import type { ListPage, ListRequest } from '../../components/list/resource-list';
import { Link } from '../../components/link';
import { useTexts } from '../../texts/catalogue';
import { accountTexts } from './texts';

interface Row extends Backup { domain: string }

const most = 25; // subscriptions whose backups are read
const mostOfEach = 100;

// loadBackups reads the backups of the account's first subscriptions, newest first.
async function loadBackups(id: string, { signal }: ListRequest): Promise<ListPage<Row>> {
  const subscriptions = await call(api.GET('/v1/customers/{customerId}/subscriptions', {
    params: { path: { customerId: id }, query: { limit: most } }, signal,
  }));
  const lists = await Promise.all(subscriptions.items.map(async (subscription) => {
    const { items } = await call(api.GET('/v1/subscriptions/{subscriptionId}/backups', {
      params: { path: { subscriptionId: subscription.id }, query: { limit: mostOfEach } }, signal,
    }));
    return items.map((backup) => ({ ...backup, domain: subscription.domain }));
  }));
  return { items: lists.flat().sort((a, b) => b.createdAt.localeCompare(a.createdAt)) };
}

// AccountBackups lists the backups of an account's subscriptions. The page of a subscription uploads backups.
export function AccountBackups({ id, total }: { id: string; total: number }) {
  const texts = useTexts(accountTexts);
  return (
    <Backups
      scope={id}
      title={texts.tabs.backups}
      description={total > most ? texts.backups.cut : undefined}
      variant="container"
      load={(request) => loadBackups(id, request)}
      more={[{
        id: 'subscription', header: texts.backups.subscription,
        cell: (backup) => <Link href={`/subscriptions/${backup.subscription}?tab=backups`}>{(backup as Row).domain || '–'}</Link>,
      }]}
      empty={texts.backups.empty}
    />
  );
}
