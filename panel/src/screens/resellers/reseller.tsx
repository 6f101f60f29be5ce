import { useParams } from 'react-router';
import { PanelUserList } from '../../components/panel-users/panel-user-list';
import { useTexts } from '../../texts/catalogue';
import { AccountBackups } from '../account-page/backups';
import { AccountPage, type AccountTab } from '../account-page/page';
import { SchedulePart } from '../account-page/schedule';
import { Subscriptions } from '../account-page/subscriptions';
import { accountTexts } from '../account-page/texts';
import { Trail } from '../account-page/trail';
import { OwnCustomers } from './own-customers';
import { Resources } from './resources';
import { resellerTexts } from './texts';

// ResellerScreen is the page of a reseller: the parts of a customer's page, its customers, and its resources.
export default function ResellerScreen() {
  const texts = useTexts(accountTexts).tabs;
  const list = useTexts(resellerTexts);
  const { resellerId = '' } = useParams();
  const tabs: AccountTab[] = [
    { id: 'customers', label: texts.customers, content: () => <OwnCustomers id={resellerId} /> },
    { id: 'resources', label: texts.resources, content: (account) => <Resources account={account} /> },
    { id: 'subscriptions', label: texts.subscriptions, content: (account) => <Subscriptions id={resellerId} account={account} /> },
    { id: 'users', label: texts.users, content: () => <PanelUserList customerId={resellerId} /> },
    { id: 'backups', label: texts.backups, content: () => <AccountBackups id={resellerId} /> },
    { id: 'schedule', label: texts.schedule, content: (account) => <SchedulePart account={account} /> },
    { id: 'trail', label: texts.trail, content: (account) => <Trail id={resellerId} account={account?.current.data} /> },
  ];
  return <AccountPage key={resellerId} kind="reseller" id={resellerId} parent={{ text: list.title, href: '/resellers' }} tabs={tabs} />;
}
