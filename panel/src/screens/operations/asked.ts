import type { Operation, OperationItem } from '../../api/client';
import { toLocal } from '../../components/date-time';
import type { Initial } from '../customers/actions/initial';

// askedAgain returns what the dialog of an operation's action begins with, if the failed items are tried again.
export function askedAgain({ parameters = {} }: Pick<Operation, 'parameters'>, failed: readonly OperationItem[]): Initial {
  const { reason = '', publicMessage = '', until, subscriptions, owner } = parameters;
  const single = Object.fromEntries(failed.flatMap(({ customer, plan }) => (plan ? [[customer, plan]] : [])));
  const plans = new Set(failed.map(({ plan }) => plan || 'custom'));
  const [only] = plans;
  return {
    reason, publicMessage, until: until && Date.parse(until) > Date.now() ? toLocal(until) : undefined, subscriptions, owner,
    choice: plans.size === 1 && only ? { forAll: only, single: {} } : { forAll: 'custom', single },
  };
}
