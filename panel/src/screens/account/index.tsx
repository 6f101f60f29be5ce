import Tabs from '@cloudscape-design/components/tabs';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { Screen } from '../../components/screen';
import { useTexts } from '../../texts/catalogue';
import { ContactTab } from './contact-tab';
import { PasswordTab } from './password-tab';
import { SignInsTab } from './sign-ins-tab';
import { ownTexts } from './texts';
import { ViewTab } from './view-tab';

const contents = { contact: ContactTab, password: PasswordTab, 'sign-ins': SignInsTab, view: ViewTab };
const names = ['contact', 'password', 'sign-ins', 'view'] as const;

// OwnAccount is the account of the caller. The address names the open tab.
export default function OwnAccount() {
  const texts = useTexts(ownTexts);
  const [parameters] = useSearchParams();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const open = names.find((name) => name === parameters.get('tab')) ?? 'contact';
  const labels = { ...texts.tabs, 'sign-ins': texts.tabs.signIns };
  const addressOf = (tab: string) => (tab === 'contact' ? pathname : `${pathname}?tab=${tab}`);
  const Content = contents[open];
  return (
    <Screen title={texts.title}>
      <Tabs
        activeTabId={open}
        ariaLabel={texts.tabsLabel}
        tabs={names.map((name) => ({ id: name, label: labels[name], href: addressOf(name), content: name === open && <Content /> }))}
        onChange={({ detail }) => void navigate(addressOf(detail.activeTabId))}
      />
    </Screen>
  );
}
