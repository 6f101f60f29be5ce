import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { Operation } from '../api/client';
import { useTexts } from '../texts/catalogue';
import { useFormat } from '../texts/format';
import { isFinished, percentOf, processedOf } from './progress';
import { operationTexts } from './texts';
import { useRemaining } from './use-operation';

// useOperationTitle names what an operation does.
export function useOperationTitle() {
  const texts = useTexts(operationTexts);
  return ({ kind, preview }: Pick<Operation, 'kind' | 'preview'>) => (preview ? texts.preview(texts.kinds[kind]) : texts.kinds[kind]);
}

// OperationProgress shows how far an operation is: bar, counts and remaining time. Screen readers hear of it.
export function OperationProgress({ operation, variant }: { operation: Operation; variant?: 'standalone' | 'flash' }) {
  const texts = useTexts(operationTexts);
  const format = useFormat();
  const seconds = useRemaining(operation);
  const parts = [texts.counts(format.number(processedOf(operation)), format.number(operation.total))];
  if (operation.failed > 0) parts.push(texts.failedCount(format.number(operation.failed)));
  if (operation.cancelled > 0) parts.push(texts.cancelledCount(format.number(operation.cancelled)));
  if (operation.state === 'pending' && operation.startAt) parts.push(texts.startsAt(format.time(operation.startAt)));
  if (operation.state === 'running') parts.push(seconds === undefined ? texts.estimating : texts.remaining(format.duration(seconds)));
  return (
    <ProgressBar
      variant={variant ?? 'standalone'}
      value={percentOf(operation)}
      status="in-progress"
      ariaLabel={texts.progress}
      label={isFinished(operation) ? texts.states[operation.state] : undefined}
      additionalInfo={parts.join(' · ')}
    />
  );
}
