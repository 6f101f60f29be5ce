import { useId, useState } from 'react';
import type { Operation } from '../api/client';
import { LiveRegionText } from '../components/live-region';
import { useTexts } from '../texts/catalogue';
import { useFormat } from '../texts/format';
import { isFinished, percentOf, processedOf, stepOf } from './progress';
import { operationTexts } from './texts';
import { useRemaining } from './use-operation';

// useOperationTitle names what an operation does.
export function useOperationTitle() {
  const texts = useTexts(operationTexts);
  return ({ kind, preview }: Pick<Operation, 'kind' | 'preview'>) => (preview ? texts.preview(texts.kinds[kind]) : texts.kinds[kind]);
}

interface OperationProgressProps {
  operation: Operation;
  isInFlash?: boolean; // whether it is part of a message above the screens
  isSilent?: boolean; // whether another part of the page tells screen readers about this operation
}

// OperationProgress shows how far an operation is: bar, counts and remaining time. Screen readers hear of each step.
// Cloudscape's progress bar is not used: it announces a number without its meaning every five seconds.
export function OperationProgress({ operation, isInFlash = false, isSilent = false }: OperationProgressProps) {
  const texts = useTexts(operationTexts);
  const format = useFormat();
  const seconds = useRemaining(operation);
  const announcement = useAnnouncement(operation);
  const infoId = useId();
  const percent = percentOf(operation);
  const parts = [texts.counts(format.number(processedOf(operation)), format.number(operation.total))];
  if (operation.failed > 0) parts.push(texts.failedCount(format.number(operation.failed)));
  if (operation.cancelled > 0) parts.push(texts.cancelledCount(format.number(operation.cancelled)));
  if (operation.state === 'pending' && operation.startAt) parts.push(texts.startsAt(format.time(operation.startAt)));
  if (operation.state === 'running') parts.push(seconds === undefined ? texts.estimating : texts.remaining(format.duration(seconds)));
  if (isFinished(operation)) parts.unshift(texts.states[operation.state]);
  return (
    <div className={isInFlash ? 'tn-bar tn-bar-in-flash' : 'tn-bar'}>
      <progress max={100} value={percent} aria-label={texts.progress} aria-describedby={infoId} />
      <span aria-hidden="true">{format.percent(percent)}</span>
      <small id={infoId}>{parts.join(' · ')}</small>
      {!isSilent && <LiveRegionText>{announcement}</LiveRegionText>}
    </div>
  );
}

// useAnnouncement returns what screen readers hear: how far the operation was when it reached the latest step.
function useAnnouncement(operation: Operation): string {
  const texts = useTexts(operationTexts);
  const format = useFormat();
  const title = useOperationTitle();
  const percent = percentOf(operation);
  const [reached, setReached] = useState({ step: 0, percent: 0 });
  if (stepOf(percent) > reached.step) setReached({ step: stepOf(percent), percent });
  return reached.step === 0 ? '' : texts.announced(title(operation), format.percent(reached.percent));
}
