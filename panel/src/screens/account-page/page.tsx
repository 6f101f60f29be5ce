import Tabs from '@cloudscape-design/components/tabs';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { Navigate, useLocation, useNavigate, useSearchParams } from 'react-router';
import { asProblem } from '../../api/problem';
import { notify } from '../../components/flash';
import { Link } from '../../components/link';
import { Failure, Loading, Screen, type Crumb } from '../../components/screen';
import { useRole } from '../../session/use-me';
import { rememberVisit } from '../../shell/quick-navigation/recent';
import { usePageActions } from '../../shell/quick-navigation/page-actions';
import { useTexts } from '../../texts/catalogue';
import { loadAccount, useAccount, useAccountChanged, type AccountKind, type PageAccount } from './account';
import type { Action } from './actions';
import { useAccountDialogs } from './dialogs';
import { Neighbours } from './neighbours';
import { Notices } from './notices';
import { Sidebar } from './sidebar';
import { accountTexts } from './texts';

export interface AccountTab { id: string; label: string; content: (account: PageAccount | undefined) => ReactNode }

interface AccountPageProps {
  kind: AccountKind;
  id: string;
  parent: Crumb; // the list of such accounts
  tabs: AccountTab[]; // the first one is open unless the address names another one
  facts?: (account: PageAccount) => ReactNode; // more in the sidebar
}

// AccountPage is the page of a customer or a reseller. The content of the open tab is read at the same time as the account.
export function AccountPage({ kind, id, parent, tabs, facts }: AccountPageProps) {
  const isAdministrator = useRole() === 'administrator';
  const query = useAccount(kind, id);
  const changed = useAccountChanged(kind, id);
  const account: PageAccount | undefined = query.data && { kind, current: query.data, isComplete: !query.isPlaceholderData, changed };
  const { open, dialog, isRemoving } = useAccountDialogs(account);
  const data = query.data?.data;
  const name = data?.contact.name ?? '';
  useEffect(() => {
    if (name) rememberVisit({ kind, id, name, path: `/${kind}s/${id}` });
  }, [kind, id, name]);
  const canChange = data?.lifecycle === 'ready';
  useAccountActions(kind, canChange, open);

  if (query.isError && asProblem(query.error).code === 'not-found') {
    return <Gone kind={kind} id={id} wasRemoved={isRemoving || data?.lifecycle === 'removing' ? name : undefined} isOwn={isRemoving} parent={parent} />;
  }
  const owner = data?.owner.kind === 'reseller' && isAdministrator ? [{ text: data.owner.name || data.owner.login, href: `/resellers/${data.owner.id}` }] : [];
  return (
    <Screen
      title={name || '…'}
      description={data && [data.contact.company, data.login].filter(Boolean).join(' · ')}
      parents={[parent, ...owner]}
      actions={kind === 'customer' && <Neighbours id={id} />}
      sidebar={account
        ? <Sidebar account={account} open={open} canChange={canChange}>{facts?.(account)}</Sidebar>
        : !query.isError && <Loading />}
    >
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {data && <Notices account={data} />}
      <AccountTabs tabs={tabs} account={account} />
      {dialog}
    </Screen>
  );
}

// AccountTabs shows the tab that the address names.
function AccountTabs({ tabs, account }: { tabs: AccountTab[]; account: PageAccount | undefined }) {
  const texts = useTexts(accountTexts);
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const { state, pathname } = useLocation() as { state: unknown; pathname: string };
  const open = tabs.find((tab) => tab.id === parameters.get('tab')) ?? tabs[0];
  const addressOf = (tab: string) => (tab === tabs[0]?.id ? pathname : `${pathname}?tab=${tab}`);
  return (
    <Tabs
      data-tn-dense
      ariaLabel={texts.tabs.label}
      activeTabId={open?.id}
      tabs={tabs.map(({ id, label, content }) => ({ id, label, href: addressOf(id), content: id === open?.id && content(account) }))}
      onChange={({ detail }) => { void navigate(addressOf(detail.activeTabId), { state: withoutPages(state) }); }}
    />
  );
}

// withoutPages keeps the place in the list of customers, but not the pages of the list in the tab that was open.
function withoutPages(state: unknown): unknown {
  return { ...(state as object | null), cursors: undefined };
}

// useAccountActions offers the actions of the page in the quick navigation.
function useAccountActions(kind: AccountKind, canChange: boolean, open: (action: Action) => void) {
  const texts = useTexts(accountTexts);
  const isAdministrator = useRole() === 'administrator';
  const labels: [Action, string][] = [
    ['contact', texts.editContact], ['login', texts.changeLogin], ['description', texts.descriptionAction], ['suspend', texts.suspend],
    ['activate', texts.activate], ['convert', texts.convert], ['move', texts.move], ['remove', texts.remove],
  ];
  const possible = labels.filter(([action]) => (action !== 'convert' && action !== 'move') || (isAdministrator && kind === 'customer'));
  usePageActions(canChange ? possible.map(([action, label]) => ({ id: action, label, run: () => { open(action); } })) : []);
}

interface GoneProps {
  kind: AccountKind;
  id: string;
  wasRemoved: string | undefined; // the name, if the user watched the removal
  isOwn: boolean; // whether the user started it; then the operation says how it ended
  parent: Crumb;
}

// Gone stands in for an account that does not exist. A customer may have become a reseller meanwhile. Whoever watched the
// removal of the account returns to the list.
function Gone({ kind, id, wasRemoved, isOwn, parent }: GoneProps) {
  const texts = useTexts(accountTexts);
  const canBeReseller = useRole() === 'administrator' && kind === 'customer' && wasRemoved === undefined;
  const reseller = useQuery({
    queryKey: ['reseller', id], queryFn: ({ signal }) => loadAccount('reseller', id, signal), enabled: canBeReseller,
  });
  const navigate = useNavigate();
  useEffect(() => {
    if (wasRemoved === undefined) return;
    if (!isOwn) notify({ type: 'success', content: texts.removed(wasRemoved) });
    void navigate(parent.href, { replace: true });
  }, [wasRemoved, isOwn, navigate, parent.href, texts]);
  if (reseller.data) return <Navigate to={`/resellers/${id}`} replace />;
  if (wasRemoved !== undefined || (canBeReseller && reseller.isPending)) return <Screen title="…" parents={[parent]}><Loading /></Screen>;
  return (
    <Screen title={texts.goneTitle} parents={[parent]}>
      <p>{texts.goneLead}</p>
      <Link href={parent.href}>{kind === 'customer' ? texts.toCustomers : texts.toResellers}</Link>
    </Screen>
  );
}
