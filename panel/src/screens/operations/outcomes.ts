import { api, call, type OperationItem } from '../../api/client';
import { withNames } from '../../operations/names';

type Status = OperationItem['state'];

// readOutcomes reads all items of an operation, or those with one outcome.
export async function readOutcomes(operationId: string, status?: Status): Promise<OperationItem[]> {
  const items: OperationItem[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, status, cursor };
    const page = await call(api.GET('/v1/operations/{operationId}/items', { params: { path: { operationId }, query } }));
    items.push(...withNames(page.items));
    cursor = page.nextCursor || undefined;
  } while (cursor);
  return items;
}
