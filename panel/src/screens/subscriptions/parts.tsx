import Alert from '@cloudscape-design/components/alert';
import { closedBy, type HoldView } from '../../components/holds';
import { Link } from '../../components/link';
import { Status } from '../../components/status';
import { useMe } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { CUSTOM, type Subscription } from './data';
import { subscriptionTexts } from './texts';

// SubscriptionStatus shows whether a subscription is served. If an account above it is suspended, it is suspended with it,
// whatever its own status is.
export function SubscriptionStatus({ subscription: { status, holds } }: { subscription: Pick<Subscription, 'status' | 'holds'> }) {
  const texts = useTexts(subscriptionTexts);
  const above = closedBy(holds);
  return <Status status={above ? 'suspended' : status} note={above && texts.suspendedWith[above]} />;
}

// AccountLink names the customer or the reseller that has a subscription or a website.
export function AccountLink({ object }: { object: Pick<Subscription, 'customer' | 'account'> }) {
  const texts = useTexts(subscriptionTexts);
  const me = useMe().account;
  const { customer, account } = object;
  if (customer === me.id) return <>{texts.ownCustomer}</>;
  const name = account?.name || account?.login || customer;
  if (account?.kind !== 'reseller') return <Link href={`/customers/${customer}`}>{name}</Link>;
  return me.kind === 'reseller' ? <>{name}</> : <Link href={`/resellers/${customer}`}>{name}</Link>;
}

// PlanName names the plan of a subscription, with a link to it.
export function PlanName({ subscription: { servicePlan, servicePlanName } }: { subscription: Subscription }) {
  const texts = useTexts(subscriptionTexts);
  if (servicePlan === CUSTOM) return <>{texts.custom}</>;
  return <Link href={`/service-plans/${servicePlan}`}>{servicePlanName ?? texts.otherPlan}</Link>;
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
