import { allPages, forEach } from '../../api/all-pages';
import { api, call } from '../../api/client';
import { merged, newestFirst, type ListedBackup } from './merged';

const limit = 100;

// loadBackupsOf reads the backups of all subscriptions of an account, newest first. The API lists them by subscription.
export async function loadBackupsOf(customerId: string): Promise<ListedBackup[]> {
  const subscriptions = await allPages((cursor) => call(api.GET('/v1/customers/{customerId}/subscriptions', {
    params: { path: { customerId }, query: { limit, cursor } },
  })));
  const lists = await forEach(subscriptions, async (subscription) => {
    const backups = await allPages((cursor) => call(api.GET('/v1/subscriptions/{subscriptionId}/backups', {
      params: { path: { subscriptionId: subscription.id }, query: { limit, cursor } },
    })));
    return backups.map((backup): ListedBackup => ({ ...backup, domain: subscription.domain }));
  });
  return newestFirst(lists.flat());
}

// loadOwnBackups reads the backups of the caller's subscriptions, and those that the caller has created elsewhere.
export async function loadOwnBackups(customerId: string): Promise<ListedBackup[]> {
  const [present, created] = await Promise.all([
    loadBackupsOf(customerId),
    allPages((cursor) => call(api.GET('/v1/backups', { params: { query: { limit, cursor } } }))),
  ]);
  return merged(present, created);
}
