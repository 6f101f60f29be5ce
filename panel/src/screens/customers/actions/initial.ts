import type { Schemas } from '../../../api/client';
import type { LocalTime } from '../../../components/date-time';
import type { Choice } from './choice';

// Initial is what the fields of an action's dialog begin with, such as the parameters of an operation that is tried again.
export interface Initial {
  reason?: string;
  publicMessage?: string;
  until?: LocalTime;
  subscriptions?: Schemas['Activation']['subscriptions'];
  owner?: string;
  choice?: Choice;
}
