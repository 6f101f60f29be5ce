import type { DisplayName, OperationItem } from '../api/client';

// seen are the names that this tab has shown. The service forgets the name of an account when it is removed, but who
// watches a removal still wants to know whom it was about.
const seen = new Map<string, DisplayName>();

// withNames remembers the names of the items. Items of accounts that are gone get the name that was shown before.
export function withNames<T extends Pick<OperationItem, 'customer' | 'account'>>(items: readonly T[]): T[] {
  return items.map((item) => {
    if (item.account) seen.set(item.customer, item.account);
    return item.account ? item : { ...item, account: seen.get(item.customer) };
  });
}

// rememberNames remembers the names of customers before something is done with them.
export function rememberNames(customers: readonly { id: string; login?: string; name: string }[]) {
  for (const { id, login, name } of customers) if (login) seen.set(id, { kind: 'customer', login, name });
}

// nameOf returns the name of an item's account, or the text for accounts that are gone.
export function nameOf({ account, customer }: Pick<OperationItem, 'customer' | 'account'>, removed: string): string {
  return account ? account.name || account.login : `${removed} (${customer})`;
}
