import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTexts } from '../../texts/catalogue';
import { AddSubscription } from './add-subscription';
import { loadOf, SubscriptionList } from './subscription-list';
import { subscriptionTexts } from './texts';

interface CustomerSubscriptionsProps {
  customerId: string; // a customer or a reseller
  owner?: string; // its provider, whose plans new subscriptions can have; default: the caller
}

// CustomerSubscriptions shows the subscriptions of a customer, and adds some. It is a tab of the customer's page.
export function CustomerSubscriptions({ customerId, owner }: CustomerSubscriptionsProps) {
  const texts = useTexts(subscriptionTexts);
  const [isAdding, setAdding] = useState(false);
  const add = <Button onClick={() => { setAdding(true); }}>{texts.add}</Button>;
  return (
    <>
      <SubscriptionList
        scope={customerId}
        title={texts.title}
        variant="container"
        load={loadOf(customerId)}
        actions={add}
        empty={(
          <Box textAlign="center" padding={{ vertical: 'l' }}>
            <SpaceBetween size="s">
              <Box variant="strong">{texts.emptyTitle}</Box>
              <Box color="text-body-secondary">{texts.firstLead}</Box>
              {add}
            </SpaceBetween>
          </Box>
        )}
      />
      {isAdding && <AddSubscription customerId={customerId} owner={owner} onClose={() => { setAdding(false); }} />}
    </>
  );
}
