import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { EmptyList } from '../../components/list/empty-list';
import type { ListPage, ListRequest } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { AddSubscription } from './add-subscription';
import { useOwnCustomer, type Subscription } from './data';
import { OwnSubscriptions } from './own-subscriptions';
import { loadOf, SubscriptionList } from './subscription-list';
import { subscriptionTexts } from './texts';

// Subscriptions shows customers and panel users their own subscriptions. Administrators and resellers find subscriptions
// by domain.
export default function Subscriptions() {
  const role = useRole();
  return role === 'administrator' || role === 'reseller' ? <FindSubscriptions isReseller={role === 'reseller'} /> : <OwnSubscriptions />;
}

function FindSubscriptions({ isReseller }: { isReseller: boolean }) {
  const texts = useTexts(subscriptionTexts);
  const ownId = useOwnCustomer();
  const own = loadOf(ownId);
  const [isAdding, setAdding] = useState(false);
  useScreenTitle(texts.title);
  const load = async (request: ListRequest): Promise<ListPage<Subscription>> => {
    const { search, limit, cursor, signal } = request;
    if (search) {
      return call(api.GET('/v1/subscriptions', { params: { query: { search, limit, cursor: cursor || undefined } }, signal }));
    }
    return isReseller ? own(request) : { items: [] };
  };
  return (
    <>
      <SubscriptionList
        scope="view"
        title={texts.title}
        description={isReseller ? texts.ownLead : undefined}
        load={load}
        showsCustomer
        search={{ placeholder: texts.search }}
        needsSearch={!isReseller}
        actions={isReseller && <Button variant="primary" onClick={() => { setAdding(true); }}>{texts.add}</Button>}
        empty={isReseller
          ? <EmptyList title={texts.emptyTitle} lead={texts.firstLead} /> : <EmptyList title={texts.findTitle} lead={texts.findLead} />}
      />
      {isAdding && <AddSubscription customerId={ownId} onClose={() => { setAdding(false); }} />}
    </>
  );
}
