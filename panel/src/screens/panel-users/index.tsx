import { PanelUserList } from '../../components/panel-users/panel-user-list';
import { panelUserTexts } from '../../components/panel-users/texts';
import { useScreenTitle } from '../../components/screen';
import { useMe } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';

// PanelUsers is the customer's list of its own panel users.
export default function PanelUsers() {
  useScreenTitle(useTexts(panelUserTexts).title);
  return <PanelUserList customerId={useMe().account.id} variant="full-page" />;
}
