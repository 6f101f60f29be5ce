import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useEffect, useState } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { BackupList } from '../../components/backups/backup-list';
import { canLift } from '../../components/holds';
import { ResourceTable } from '../../components/resources/resource-table';
import { Failure, Loading, Screen } from '../../components/screen';
import { Time } from '../../components/time';
import { WebsiteList } from '../../components/websites/website-list';
import { useMe, useRole } from '../../session/use-me';
import { rememberVisit } from '../../shell/quick-navigation/recent';
import { useTexts } from '../../texts/catalogue';
import { canAddWebsites, useNameOf, useSubscription, type Subscription } from './data';
import { SubscriptionDialog, type DialogName } from './dialogs';
import { AccountLink, Holds, PlanName, SubscriptionStatus } from './parts';
import { subscriptionTexts } from './texts';

// SubscriptionScreen is the page of a subscription.
export default function SubscriptionScreen() {
  const { subscriptionId = '' } = useParams();
  const texts = useTexts(subscriptionTexts);
  const role = useRole();
  const nameOf = useNameOf();
  const query = useSubscription(subscriptionId);
  const subscription = query.data?.data;
  const name = subscription && nameOf(subscription);
  useEffect(() => {
    if (name) rememberVisit({ kind: 'subscription', id: subscriptionId, name, path: `/subscriptions/${subscriptionId}` });
  }, [subscriptionId, name]);
  const isManager = role === 'administrator' || role === 'reseller';
  const me = useMe().account;
  const account = subscription && isManager && subscription.customer !== me.id ? subscription.account : undefined;
  const list = { text: isManager ? texts.title : texts.ownTitle, href: '/subscriptions' };
  const parents = account && (role === 'administrator' || account.kind === 'customer')
    ? [list, { text: account.name || account.login, href: `/${account.kind}s/${subscription?.customer}` }] : [list];
  return (
    <Screen
      title={name ?? '…'}
      parents={parents}
      sidebar={subscription && <Sidebar subscription={subscription} etag={query.data?.etag ?? ''} isManager={isManager} />}
    >
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {subscription && <Holds holds={subscription.holds} />}
      {subscription && <SubscriptionTabs subscription={subscription} name={nameOf(subscription)} />}
    </Screen>
  );
}

// Sidebar has the facts about a subscription and, for managers, its actions.
function Sidebar({ subscription, etag, isManager }: { subscription: Subscription; etag: string; isManager: boolean }) {
  const texts = useTexts(subscriptionTexts);
  const role = useRole();
  const [open, setOpen] = useState<DialogName>();
  const facts = [
    { label: texts.status, value: <SubscriptionStatus subscription={subscription} /> },
    { label: texts.expires, value: subscription.expiresAt ? <Time at={subscription.expiresAt} /> : texts.never },
    { label: texts.created, value: <Time at={subscription.createdAt} /> },
  ];
  if (isManager) {
    facts.splice(1, 0,
      { label: texts.customer, value: <AccountLink object={subscription} /> },
      { label: texts.plan, value: <><PlanName subscription={subscription} /><div className="tn-faint">{texts.links[subscription.link]}</div></> });
  }
  const isSuspended = subscription.status === 'suspended';
  const action = (name: DialogName, label: string) =>
    <Button key={name} fullWidth onClick={() => { setOpen(name); }}>{label}</Button>;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{texts.details}</Header>}>
        <KeyValuePairs columns={1} items={facts} />
      </Container>
      {isManager && (
        <Container header={<Header variant="h2">{texts.actions}</Header>}>
          <SpaceBetween size="xs">
            {isSuspended && canLift(subscription.holds, role) ? action('activate', texts.activate) : action('suspend', texts.suspend)}
            {action('plan', texts.changePlan)}
            {action('expiry', texts.changeExpiry)}
            {action('remove', texts.remove)}
          </SpaceBetween>
        </Container>
      )}
      {open && <SubscriptionDialog name={open} subscription={subscription} etag={etag} onClose={() => { setOpen(undefined); }} />}
    </SpaceBetween>
  );
}

// SubscriptionTabs shows the tab that the address names.
function SubscriptionTabs({ subscription, name }: { subscription: Subscription; name: string }) {
  const texts = useTexts(subscriptionTexts);
  const role = useRole();
  const [parameters] = useSearchParams();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const { id, resources } = subscription;
  const contents = {
    websites: () => <WebsiteList subscriptionId={id} canAdd={canAddWebsites(subscription, role)} />,
    backups: () => <BackupList subscriptionId={id} name={name} />,
    resources: () => <Container><Box padding={{ vertical: 'xs' }}><ResourceTable holder="subscription" resources={resources} /></Box></Container>,
  };
  const names = ['websites', 'backups', 'resources'] as const;
  const open = names.find((tab) => tab === parameters.get('tab')) ?? 'websites';
  const addressOf = (tab: string) => (tab === 'websites' ? pathname : `${pathname}?tab=${tab}`);
  return (
    <Tabs
      activeTabId={open}
      ariaLabel={texts.details}
      tabs={names.map((tab) => ({ id: tab, label: texts.tabs[tab], href: addressOf(tab), content: tab === open && contents[tab]() }))}
      onChange={({ detail }) => void navigate(addressOf(detail.activeTabId))}
    />
  );
}
