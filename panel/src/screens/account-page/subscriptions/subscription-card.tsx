import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { canLift } from '../../../components/holds';
import { Link } from '../../../components/link';
import { useRole } from '../../../session/use-me';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import type { Subscription } from '../../subscriptions/data';
import { SubscriptionDialog, type DialogName } from '../../subscriptions/dialogs';
import { PlanName, SubscriptionStatus } from '../../subscriptions/parts';
import { subscriptionTexts } from '../../subscriptions/texts';
import { subscriptionsTexts } from './texts';
import { Websites } from './websites';

// SubscriptionCard is one subscription with its websites, which are read when the card is open.
export function SubscriptionCard({ subscription, isOpen }: { subscription: Subscription; isOpen: boolean }) {
  const texts = useTexts(subscriptionsTexts);
  const common = useTexts(subscriptionTexts);
  const [isExpanded, setExpanded] = useState(isOpen);
  const [dialog, setDialog] = useState<DialogName>();
  const domain = subscription.domain || common.unnamed;
  return (
    <ExpandableSection
      variant="container"
      headingTagOverride="h3"
      expanded={isExpanded}
      onChange={({ detail }) => { setExpanded(detail.expanded); }}
      headerText={domain}
      headerActions={<Actions subscription={subscription} domain={domain} open={setDialog} />}
    >
      {isExpanded && (
        <SpaceBetween size="s">
          <div className="tn-value">
            <SubscriptionStatus subscription={subscription} />
            <Summary subscription={subscription} />
            <Link href={`/subscriptions/${subscription.id}`}>{texts.open}</Link>
          </div>
          <Websites subscription={subscription} />
        </SpaceBetween>
      )}
      {dialog && (
        <SubscriptionDialog name={dialog} subscription={subscription} etag={`"${subscription.version}"`} onClose={() => { setDialog(undefined); }} />
      )}
    </ExpandableSection>
  );
}

interface ActionsProps { subscription: Subscription; domain: string; open: (dialog: DialogName) => void }

function Actions({ subscription, domain, open }: ActionsProps) {
  const texts = useTexts(subscriptionTexts);
  const role = useRole();
  const isSuspended = subscription.status === 'suspended' && canLift(subscription.holds, role);
  return (
    <ButtonDropdown
      ariaLabel={`${texts.actions}: ${domain}`}
      items={[
        isSuspended ? { id: 'activate', text: texts.activate } : { id: 'suspend', text: texts.suspend },
        { id: 'plan', text: texts.changePlan },
        { id: 'expiry', text: texts.changeExpiry },
        { id: 'remove', text: texts.remove },
      ]}
      onItemClick={({ detail }) => { open(detail.id as DialogName); }}
    >
      {texts.actions}
    </ButtonDropdown>
  );
}

// Summary names the plan and the end of the subscription.
function Summary({ subscription }: { subscription: Subscription }) {
  const texts = useTexts(subscriptionsTexts);
  const format = useFormat();
  const { expiresAt } = subscription;
  return (
    <>
      <span>{texts.plan}: <PlanName subscription={subscription} /></span>
      {expiresAt && <span>{texts.expiresOn(format.time(expiresAt))}</span>}
    </>
  );
}
