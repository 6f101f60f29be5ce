import { allPages, forEach } from '../../api/all-pages';
import { api, call } from '../../api/client';
import type { Website } from '../../components/websites/website-switch';

const limit = 100;

// loadOwnWebsites reads all websites of a customer's subscriptions, sorted by domain. The API lists them by subscription.
export async function loadOwnWebsites(customerId: string): Promise<Website[]> {
  const subscriptions = await allPages((cursor) => call(api.GET('/v1/customers/{customerId}/subscriptions', {
    params: { path: { customerId }, query: { limit, cursor } },
  })));
  const lists = await forEach(subscriptions, ({ id }) => allPages((cursor) => call(api.GET('/v1/subscriptions/{subscriptionId}/websites', {
    params: { path: { subscriptionId: id }, query: { limit, cursor } },
  }))));
  return lists.flat().sort((a, b) => a.domain.localeCompare(b.domain));
}
