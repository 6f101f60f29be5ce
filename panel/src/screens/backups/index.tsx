import { useQuery } from '@tanstack/react-query';
import { api, call } from '../../api/client';
import { Backups } from '../../components/backups/backup-list';
import { backupTexts } from '../../components/backups/texts';
import { Link } from '../../components/link';
import { useScreenTitle } from '../../components/screen';
import { useTexts } from '../../texts/catalogue';
import { loadSubscription, useNameOf } from '../subscriptions/data';

// OwnBackups is the list of all backups that the caller created.
export default function OwnBackups() {
  const texts = useTexts(backupTexts);
  useScreenTitle(texts.ownTitle);
  return (
    <Backups
      scope="own"
      title={texts.ownTitle}
      description={texts.ownLead}
      variant="full-page"
      load={({ limit, cursor, signal }) => call(api.GET('/v1/backups', { params: { query: { limit, cursor: cursor || undefined } }, signal }))}
      more={[{
        id: 'subscription', header: texts.subscription, maxWidth: 280, cell: ({ subscription }) => <SubscriptionLink id={subscription} />,
      }]}
      empty={texts.emptyOwn}
    />
  );
}

// SubscriptionLink names a subscription that may have been removed.
function SubscriptionLink({ id }: { id: string }) {
  const texts = useTexts(backupTexts);
  const nameOf = useNameOf();
  const { data, isError } = useQuery({ queryKey: ['subscription', id], queryFn: ({ signal }) => loadSubscription(id, signal), staleTime: 60_000 });
  if (!data) return <>{isError ? texts.removedSubscription : '…'}</>;
  return <Link href={`/subscriptions/${id}?tab=backups`}>{nameOf(data.data)}</Link>;
}
