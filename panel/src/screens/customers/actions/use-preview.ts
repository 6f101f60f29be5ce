import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type OperationItem, type Schemas } from '../../../api/client';
import { isFinished } from '../../../operations/progress';

// Forecast is what a dry run found. items are all outcomes, or of a large one the first, failures first.
export interface Forecast { total: number; possible: number; impossible: number; items: OperationItem[] }

type Response = Schemas['AcceptResponse'];

// usePreview asks what an action would do. body identifies the request; run sends it with dryRun. Small requests are
// answered at once. For others an operation makes the preview, which usePreview waits for.
export function usePreview(body: unknown, run: (signal: AbortSignal) => Promise<Response>, isEnabled = true) {
  const [progress, setProgress] = useState<number>();
  const query = useQuery({
    queryKey: ['preview', body],
    queryFn: async ({ signal }) => {
      const response = await run(signal);
      return response.id === undefined ? forecastOf(response, response.items ?? []) : waitForPreview(response.id, signal, setProgress);
    },
    enabled: isEnabled,
    staleTime: 0,
    gcTime: 0,
  });
  return { forecast: query.data, error: query.error, isPending: isEnabled && query.isPending, progress, refetch: query.refetch };
}

const forecastOf = ({ total, succeeded, failed }: Response, items: OperationItem[]): Forecast =>
  ({ total, possible: succeeded, impossible: failed, items });

async function waitForPreview(id: string, signal: AbortSignal, setProgress: (done: number) => void): Promise<Forecast> {
  const path = { operationId: id };
  for (;;) {
    const operation = await call(api.GET('/v1/operations/{operationId}', { params: { path }, signal }));
    setProgress(operation.succeeded + operation.failed);
    if (isFinished(operation)) {
      const items = (status: 'failed' | 'succeeded') =>
        call(api.GET('/v1/operations/{operationId}/items', { params: { path, query: { status, limit: 100 } }, signal }));
      const [failed, succeeded] = await Promise.all([items('failed'), items('succeeded')]);
      return forecastOf(operation, [...failed.items, ...succeeded.items]);
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}
