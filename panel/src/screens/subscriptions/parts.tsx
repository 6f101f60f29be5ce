import Alert from '@cloudscape-design/components/alert';
import { isClosedAbove, type HoldView } from '../../components/holds';
import { Link } from '../../components/link';
import { Status } from '../../components/status';
import { useMe } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { useAccountName, usePlanNames, type Subscription } from './data';
import { subscriptionTexts } from './texts';

// SubscriptionStatus shows the status of a subscription, and whether an account above it is suspended.
export function SubscriptionStatus({ subscription }: { subscription: Subscription }) {
  const texts = useTexts(subscriptionTexts);
  return <Status status={subscription.status} note={isClosedAbove(subscription.holds) ? texts.notServed : undefined} />;
}

// AccountLink names the customer or the reseller that has a subscription.
export function AccountLink({ id }: { id: string }) {
  const texts = useTexts(subscriptionTexts);
  const me = useMe().account;
  const { data, isError } = useAccountName(id);
  if (id === me.id) return <>{texts.ownCustomer}</>;
  if (!data) return <>{isError ? id : '…'}</>;
  return me.kind === 'reseller' && data.kind === 'reseller' ? <>{data.name}</> : <Link href={data.path}>{data.name}</Link>;
}

// PlanName names the plan of a subscription, with a link to it if it is the caller's.
export function PlanName({ subscription }: { subscription: Subscription }) {
  const texts = useTexts(subscriptionTexts);
  const name = usePlanNames()(subscription.servicePlan);
  const isPlan = subscription.servicePlan.startsWith('spl_');
  if (!isPlan) return <>{name}</>;
  return <Link href={`/service-plans/${subscription.servicePlan}`}>{name ?? texts.otherPlan}</Link>;
}

// Holds says why an object is suspended. Customers and panel users do not receive reasons.
export function Holds({ holds }: { holds: readonly HoldView[] }) {
  const texts = useTexts(subscriptionTexts).holds;
  const format = useFormat();
  if (holds.length === 0) return null;
  return (
    <Alert type="warning" header={texts.title}>
      <ul className="tn-plain-list">
        {holds.map((hold) => (
          <li key={`${hold.source} ${hold.since} ${hold.inherited}`}>
            {[
              texts[hold.source], hold.inherited && texts.inherited, texts.since(format.time(hold.since)),
              hold.until && texts.until(format.time(hold.until)),
            ].filter(Boolean).join(', ')}
            {hold.reason && <div>{texts.reason(hold.reason)}</div>}
            {hold.publicMessage && <div>{texts.message(hold.publicMessage)}</div>}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
