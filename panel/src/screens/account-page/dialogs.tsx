import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { asTarget } from '../customers/actions/target';
import { useCustomerActions } from '../customers/actions/use-customer-actions';
import type { PageAccount } from './account';
import type { Action } from './actions';
import { ContactDialog } from './contact-dialog';
import { DescriptionDialog } from './description-dialog';
import { LoginDialog } from './login-dialog';
import { ActivateResellerDialog, RemoveResellerDialog, SuspendResellerDialog } from './reseller-dialogs';

interface AccountDialogs {
  open: (action: Action) => void;
  dialog: ReactNode;
  isRemoving: boolean; // whether the user has started the removal of the customer
}

// useAccountDialogs returns the function that opens the dialog of an action, and the dialog, which the page renders. What
// changes the status, the owner or the kind of a customer has the same dialogs as in the list of customers.
export function useAccountDialogs(account: PageAccount | undefined): AccountDialogs {
  const queries = useQueryClient();
  const [action, setAction] = useState<Action>();
  const [isRemoving, setRemoving] = useState(false);
  const last = useRef<Action>(undefined);
  const customer = useCustomerActions(() => {
    if (last.current === 'remove') setRemoving(true);
    void queries.invalidateQueries();
  });
  const open = (next: Action) => {
    if (!account) return;
    last.current = next;
    const isShared = next === 'suspend' || next === 'activate' || next === 'convert' || next === 'move' || next === 'remove';
    if (account.kind === 'customer' && isShared) customer.open(next, { kind: 'items', customers: [asTarget(account.current.data)] });
    else setAction(next);
  };
  const close = () => { setAction(undefined); };
  return { open, dialog: <>{account && action && <Dialog account={account} action={action} close={close} />}{customer.dialog}</>, isRemoving };
}

function Dialog({ account, action, close }: { account: PageAccount; action: Action; close: () => void }) {
  switch (action) {
    case 'contact': return <ContactDialog account={account} close={close} />;
    case 'login': return <LoginDialog account={account} close={close} />;
    case 'description': return <DescriptionDialog account={account} author="owner" close={close} />;
    case 'administrator-description': return <DescriptionDialog account={account} author="administrator" close={close} />;
    case 'suspend': return <SuspendResellerDialog account={account} close={close} />;
    case 'activate': return <ActivateResellerDialog account={account} close={close} />;
    case 'remove': return <RemoveResellerDialog account={account} close={close} />;
    case 'convert':
    case 'move': return null; // resellers are neither converted nor moved
  }
}
