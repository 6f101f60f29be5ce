import type { Operation } from '../api/client';

export const isFinished = ({ state }: Pick<Operation, 'state'>) => state !== 'pending' && state !== 'running';

type Counts = Pick<Operation, 'succeeded' | 'failed' | 'cancelled' | 'total'>;

export const doneOf = ({ succeeded, failed, cancelled }: Counts) => succeeded + failed + cancelled;

// processedOf returns the number of items that were worked on. Cancelled items were not.
export const processedOf = ({ succeeded, failed }: Pick<Counts, 'succeeded' | 'failed'>) => succeeded + failed;

// startOf returns when the operation started or will start. It returns undefined if the operation ended before its time.
export function startOf({ startAt, createdAt, finishedAt }: Pick<Operation, 'startAt' | 'createdAt' | 'finishedAt'>): string | undefined {
  if (!startAt || Date.parse(startAt) <= Date.parse(createdAt)) return createdAt;
  return finishedAt && Date.parse(finishedAt) < Date.parse(startAt) ? undefined : startAt;
}

// percentOf returns how much of the operation is done. An operation that runs never shows 100 percent.
export function percentOf(operation: Counts & Pick<Operation, 'state'>): number {
  if (isFinished(operation)) return 100;
  if (operation.total === 0) return 0;
  return Math.min(99, Math.floor((100 * doneOf(operation)) / operation.total));
}

const steps = [25, 50, 75];

// stepOf returns how many steps of an operation are done. Screen readers hear of each step.
export const stepOf = (percent: number): number => steps.filter((step) => percent >= step).length;

// Observation is how much was done at a time, in milliseconds.
export interface Observation { at: number; done: number }

// remainingSeconds estimates the time that the operation still needs, from the speed since the first observation. It
// returns undefined if there is no progress yet.
export function remainingSeconds(operation: Counts, first: Observation, now: number): number | undefined {
  const done = doneOf(operation);
  const elapsed = (now - first.at) / 1000;
  if (done <= first.done || elapsed < 1) return undefined;
  return Math.ceil((operation.total - done) * (elapsed / (done - first.done)));
}
