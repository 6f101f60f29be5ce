import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, call, type Operation } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { LiveRegionText } from '../../components/live-region';
import { Failure, Loading, Screen } from '../../components/screen';
import { Time } from '../../components/time';
import { OperationProgress, useOperationTitle } from '../../operations/operation-progress';
import { isFinished, startOf } from '../../operations/progress';
import { operationTexts } from '../../operations/texts';
import { useIsTracked, useOutcome } from '../../operations/track';
import { operationKey, useOperation } from '../../operations/use-operation';
import { useMe } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { useAsked } from './use-asked';
import { Outcomes } from './outcome-list';
import { OperationState } from './state';
import { operationScreenTexts } from './texts';

// OperationScreen shows one operation: its progress while it runs, and the outcome for each customer.
export default function OperationScreen() {
  const { operationId = '' } = useParams();
  const common = useTexts(operationTexts);
  const title = useOperationTitle();
  const { data: operation, error, refetch } = useOperation(operationId);
  return (
    <Screen
      title={operation ? title(operation) : common.title}
      parents={[{ text: common.title, href: '/operations' }]}
      actions={operation && !isFinished(operation) && <CancelButton operation={operation} />}
    >
      {!operation && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />)}
      {operation && <Overview operation={operation} />}
      {operation && <Outcomes operation={operation} />}
    </Screen>
  );
}

function Overview({ operation }: { operation: Operation }) {
  const texts = useTexts(operationScreenTexts);
  const common = useTexts(operationTexts);
  const format = useFormat();
  const { account } = useMe();
  const started = startOf(operation);
  const asked = useAsked(operation);
  const isTracked = useIsTracked(operation.id);
  return (
    <Container header={<Header variant="h2">{texts.overview}</Header>}>
      <SpaceBetween size="l">
        {!isFinished(operation) && <OperationProgress operation={operation} isSilent={isTracked} />}
        <LiveRegionText>{useEnd(operation, isTracked)}</LiveRegionText>
        {operation.code && <Alert type="warning">{texts.incomplete}</Alert>}
        <KeyValuePairs
          columns={4}
          items={[
            { label: texts.columns.state, value: <OperationState state={operation.state} /> },
            { label: texts.total, value: format.number(operation.total) },
            { label: operation.preview ? texts.previewStates.succeeded : texts.itemStates.succeeded, value: format.number(operation.succeeded) },
            { label: operation.preview ? texts.previewStates.failed : texts.itemStates.failed, value: format.number(operation.failed) },
            ...(operation.cancelled > 0 ? [{ label: common.states.cancelled, value: format.number(operation.cancelled) }] : []),
            { label: texts.columns.started, value: started ? <Time at={started} /> : '–' },
            { label: texts.columns.finished, value: operation.finishedAt ? <Time at={operation.finishedAt} /> : '–' },
            { label: texts.originator, value: operation.originator === account.id ? texts.you : operation.originatorName ?? operation.originator },
            ...asked,
            { label: texts.id, value: operation.id },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

// useEnd returns what screen readers hear once the operation has finished before the user's eyes, unless a message above the
// screens says it.
function useEnd(operation: Operation, isTracked: boolean): string {
  const outcome = useOutcome();
  const [wasRunning] = useState(!isFinished(operation));
  const [end, setEnd] = useState<string>();
  if (wasRunning && isFinished(operation) && end === undefined) setEnd(isTracked ? '' : outcome(operation));
  return end ?? '';
}

function CancelButton({ operation }: { operation: Operation }) {
  const texts = useTexts(operationScreenTexts);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button loading={operation.cancelledAt !== undefined} onClick={() => { setOpen(true); }}>{texts.cancel}</Button>
      {isOpen && (
        <ConfirmDialog
          title={texts.cancelTitle}
          send={() => call(api.POST('/v1/operations/{operationId}/cancel', { params: { path: { operationId: operation.id } } }))}
          done={(cancelled) => {
            queries.setQueryData(operationKey(operation.id), cancelled);
            setOpen(false);
          }}
          onClose={() => { setOpen(false); }}
        >
          <p className="tn-lead">{texts.cancelLead}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
