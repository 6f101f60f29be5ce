import { useLocation, useParams } from 'react-router';
import { PanelUserList } from '../../components/panel-users/panel-user-list';
import { useTexts } from '../../texts/catalogue';
import { AccountBackups } from '../account-page/backups';
import { AccountPage, type AccountTab } from '../account-page/page';
import { SchedulePart } from '../account-page/schedule';
import { Subscriptions } from '../account-page/subscriptions';
import { accountTexts } from '../account-page/texts';
import { Trail } from '../account-page/trail';
import type { PlaceState } from './place';
import { customerTexts } from './texts';

// CustomerScreen is the page of a customer. It leads back to the place in the list from which the user came.
export default function CustomerScreen() {
  const texts = useTexts(accountTexts).tabs;
  const list = useTexts(customerTexts);
  const { customerId = '' } = useParams();
  const { state } = useLocation() as { state: PlaceState | null };
  const address = state?.place?.address;
  const tabs: AccountTab[] = [
    { id: 'subscriptions', label: texts.subscriptions, content: (account) => <Subscriptions id={customerId} account={account} /> },
    { id: 'users', label: texts.users, content: () => <PanelUserList customerId={customerId} /> },
    { id: 'backups', label: texts.backups, content: () => <AccountBackups id={customerId} /> },
    { id: 'schedule', label: texts.schedule, content: (account) => <SchedulePart account={account} /> },
    { id: 'trail', label: texts.trail, content: (account) => <Trail id={customerId} account={account?.current.data} /> },
  ];
  return (
    <AccountPage
      key={customerId}
      kind="customer"
      id={customerId}
      parent={{ text: list.title, href: address?.startsWith('/customers') ? address : '/customers' }}
      tabs={tabs}
    />
  );
}
