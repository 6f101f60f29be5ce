import { useQuery, useQueryClient } from '@tanstack/react-query';
import { pageOf } from '../../api/all-pages';
import { api, call } from '../../api/client';
import { loadOwnBackups } from '../../components/backups/all-backups';
import { Backups } from '../../components/backups/backup-list';
import { backupTexts } from '../../components/backups/texts';
import type { ListedBackup } from '../../components/backups/merged';
import type { ListPage, ListRequest } from '../../components/list/resource-list';
import { Link } from '../../components/link';
import { useScreenTitle } from '../../components/screen';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { loadSubscription, useNameOf, useOwnCustomer } from '../subscriptions/data';

// OwnBackups is the list of all backups that the caller created. Customers also see those that others have made of their
// subscriptions.
export default function OwnBackups() {
  const texts = useTexts(backupTexts);
  const isCustomer = useRole() === 'customer';
  const customerId = useOwnCustomer();
  const queries = useQueryClient();
  const title = isCustomer ? texts.allTitle : texts.ownTitle;
  useScreenTitle(title);
  const load = async ({ limit, cursor, signal }: ListRequest): Promise<ListPage<ListedBackup>> => {
    if (!isCustomer) return call(api.GET('/v1/backups', { params: { query: { limit, cursor: cursor || undefined } }, signal }));
    const all = await queries.query({
      queryKey: ['backups-of', customerId], queryFn: () => loadOwnBackups(customerId), staleTime: cursor ? 60_000 : 0,
    });
    return pageOf(all, cursor, limit);
  };
  return (
    <Backups
      scope="own"
      title={title}
      description={isCustomer ? texts.allLead : texts.ownLead}
      variant="full-page"
      load={load}
      more={[{ id: 'subscription', header: texts.subscription, maxWidth: 280, cell: (backup) => <SubscriptionLink backup={backup} /> }]}
      empty={texts.emptyOwn}
    />
  );
}

// SubscriptionLink names a subscription that may have been removed.
function SubscriptionLink({ backup: { subscription, domain } }: { backup: ListedBackup }) {
  const texts = useTexts(backupTexts);
  const nameOf = useNameOf();
  const { data, isError } = useQuery({
    queryKey: ['subscription', subscription], queryFn: ({ signal }) => loadSubscription(subscription, signal), staleTime: 60_000,
    enabled: domain === undefined,
  });
  const found = domain === undefined ? data?.data : { domain };
  if (!found) return <>{isError ? texts.removedSubscription : '…'}</>;
  return <Link href={`/subscriptions/${subscription}?tab=backups`}>{nameOf(found)}</Link>;
}
