import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Operation } from '../api/client';
import { notify, useIsShown } from '../components/flash';
import { Link } from '../components/link';
import { useTexts } from '../texts/catalogue';
import { useFormat } from '../texts/format';
import { OperationProgress, useOperationTitle } from './operation-progress';
import { isFinished } from './progress';
import { operationTexts } from './texts';
import { useOperation } from './use-operation';

const messageOf = (id: string) => `operation-${id}`;

// useIsTracked reports whether a message above the screens shows the operation.
export const useIsTracked = (id: string) => useIsShown(messageOf(id));

// trackOperation shows the progress of an operation above all screens, until it has finished. The user can go on working.
export function trackOperation(id: string) {
  notify({ type: 'in-progress', content: <TrackedOperation id={id} />, action: <OperationLink id={id} /> }, messageOf(id));
}

function OperationLink({ id }: { id: string }) {
  const texts = useTexts(operationTexts);
  return <Link href={`/operations/${id}`} color="inverted">{texts.show}</Link>;
}

function TrackedOperation({ id }: { id: string }) {
  const { data } = useOperation(id);
  const title = useOperationTitle();
  const outcome = useOutcome();
  const isAnnounced = useRef(false);
  const queries = useQueryClient();
  useEffect(() => {
    if (!data || !isFinished(data) || isAnnounced.current) return;
    isAnnounced.current = true;
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'operation' }); // it may have finished at once
    notify({ type: typeOf(data), content: outcome(data), action: <OperationLink id={id} /> }, messageOf(id));
  });
  if (!data) return null;
  return (
    <>
      <strong>{title(data)}</strong>
      <OperationProgress operation={data} isInFlash />
    </>
  );
}

function typeOf({ state }: Operation) {
  if (state === 'succeeded') return 'success';
  return state === 'failed' ? 'error' : 'warning';
}

// useOutcome says how an operation ended.
export function useOutcome() {
  const texts = useTexts(operationTexts);
  const format = useFormat();
  const title = useOperationTitle();
  return (operation: Operation) => {
    const done = format.number(operation.succeeded);
    if (operation.state === 'cancelled') return texts.wasCancelled(title(operation), done, format.number(operation.cancelled));
    if (operation.failed > 0) return texts.finishedWithFailures(title(operation), done, format.number(operation.failed));
    return texts.finished(title(operation), done);
  };
}
