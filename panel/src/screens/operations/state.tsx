import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Operation, OperationItem } from '../../api/client';
import { operationTexts } from '../../operations/texts';
import { useTexts } from '../../texts/catalogue';
import { operationScreenTexts } from './texts';

const types: Record<Operation['state'], StatusIndicatorProps.Type> = {
  pending: 'pending', running: 'in-progress', succeeded: 'success', 'partially-failed': 'warning', failed: 'error', cancelled: 'stopped',
};

export function OperationState({ state }: Pick<Operation, 'state'>) {
  const texts = useTexts(operationTexts);
  return <StatusIndicator type={types[state]}>{texts.states[state]}</StatusIndicator>;
}

// ItemState shows the outcome of one customer. A preview says what is possible.
export function ItemState({ state, isPreview }: Pick<OperationItem, 'state'> & { isPreview: boolean }) {
  const texts = useTexts(operationScreenTexts);
  return <StatusIndicator type={types[state]}>{isPreview ? texts.previewStates[state] : texts.itemStates[state]}</StatusIndicator>;
}
