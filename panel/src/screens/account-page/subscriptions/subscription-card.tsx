import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Schemas } from '../../../api/client';
import { Link } from '../../../components/link';
import { Status } from '../../../components/status';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { CUSTOM, usePlanName } from './plans';
import { subscriptionsTexts } from './texts';
import { Websites } from './websites';

type Subscription = Schemas['SubscriptionView'];

interface SubscriptionCardProps { subscription: Subscription; isOpen: boolean; changed: () => void }

// SubscriptionCard is one subscription with its websites, which are read when the card is open.
export function SubscriptionCard({ subscription, isOpen, changed }: SubscriptionCardProps) {
  const texts = useTexts(subscriptionsTexts);
  const [isExpanded, setExpanded] = useState(isOpen);
  const domain = subscription.domain || texts.withoutDomain;
  const isStopped = subscription.status === 'active' && subscription.holds.some(({ inherited }) => inherited);
  return (
    <ExpandableSection
      variant="container"
      headingTagOverride="h3"
      expanded={isExpanded}
      onChange={({ detail }) => { setExpanded(detail.expanded); }}
      headerText={domain}
      headerDescription={useSummary(subscription)}
    >
      {isExpanded && (
        <SpaceBetween size="m">
          <div className="tn-value">
            <Status status={subscription.status} note={isStopped ? texts.inherited : undefined} />
            <Link href={`/subscriptions/${subscription.id}`}>{texts.open}</Link>
          </div>
          <Websites subscription={subscription} changed={changed} />
        </SpaceBetween>
      )}
    </ExpandableSection>
  );
}

// useSummary names the plan and the end of the subscription.
function useSummary({ servicePlan, link, expiresAt }: Subscription): string {
  const texts = useTexts(subscriptionsTexts);
  const format = useFormat();
  const name = usePlanName(servicePlan);
  const plan = servicePlan === CUSTOM ? texts.custom : `${name ?? '…'} (${texts.links[link]})`;
  const isPast = expiresAt !== undefined && new Date(expiresAt) <= new Date();
  const end = expiresAt && (isPast ? texts.expiredOn(format.time(expiresAt)) : texts.expiresOn(format.time(expiresAt)));
  return [plan, end].filter(Boolean).join(' · ');
}
