import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { api, call, type Operation, type OperationItem } from '../../api/client';
import { Problem } from '../../api/problem';
import { useNotifyFailure } from '../../components/flash';
import { Link } from '../../components/link';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { csv, download } from '../../operations/csv';
import { isFinished } from '../../operations/progress';
import { useTexts } from '../../texts/catalogue';
import { useProblemTexts } from '../../texts/problem-text';
import type { Action } from '../customers/actions/target';
import { useCustomerActions } from '../customers/actions/use-customer-actions';
import { readNames, useCustomerNames } from './names';
import { readOutcomes } from './outcomes';
import { ItemState } from './state';
import { operationScreenTexts } from './texts';

const actionOf: Record<Operation['kind'], Action> = {
  'suspend-customers': 'suspend', 'activate-customers': 'activate', 'convert-customers': 'convert', 'move-customers': 'move',
  'remove-customers': 'remove',
};

// Outcomes lists what became of each customer of the operation. Failed ones can be tried again, and all downloaded.
export function Outcomes({ operation }: { operation: Operation }) {
  const texts = useTexts(operationScreenTexts);
  const isPreview = operation.preview ?? false;
  const [ids, setIds] = useState<readonly string[]>([]);
  const names = useCustomerNames(ids);
  const columns = useColumns(isPreview, names);
  const states = isPreview ? texts.previewStates : texts.itemStates;
  const { id } = operation;
  return (
    <ResourceList<OperationItem>
      name="operation-items"
      scope={id}
      title={texts.outcomes}
      variant="container"
      load={async ({ limit, cursor, filters, signal }) => {
        const query = { limit, cursor: cursor || undefined, status: filters.status as OperationItem['state'] | undefined };
        const page = await call(api.GET('/v1/operations/{operationId}/items', { params: { path: { operationId: id }, query }, signal }));
        setIds(page.items.map(({ customer }) => customer));
        return page;
      }}
      columns={columns}
      idOf={({ customer }) => customer}
      nameOf={({ customer }) => names.get(customer) ?? customer}
      filters={[{ id: 'status', label: texts.status, options: Object.entries(states).map(([value, label]) => ({ value, label })) }]}
      refreshEvery={() => (isFinished(operation) ? false : 2000)}
      actions={() => isFinished(operation) && (
        <>
          {!isPreview && operation.failed > 0 && <RetryButton operation={operation} />}
          <DownloadButton operation={operation} />
        </>
      )}
      empty={(
        <Box textAlign="center" padding={{ vertical: 'l' }}>
          <Box variant="strong">{texts.noItems}</Box>
          <Box color="text-body-secondary">{texts.noItemsLead}</Box>
        </Box>
      )}
    />
  );
}

function useColumns(isPreview: boolean, names: ReadonlyMap<string, string>): Column<OperationItem>[] {
  const texts = useTexts(operationScreenTexts).outcome;
  const reason = useReason();
  return [
    { id: 'customer', header: texts.customer, cell: ({ customer }) => <Link href={`/customers/${customer}`}>{names.get(customer) ?? customer}</Link> },
    { id: 'state', header: texts.state, cell: ({ state }) => <ItemState state={state} isPreview={isPreview} /> },
    { id: 'detail', header: texts.detail, isOptional: true, cell: (item) => reason(item) || '–' },
  ];
}

// useReason explains why an item failed, or returns "".
function useReason() {
  const problems = useProblemTexts();
  return ({ code, detail }: Pick<OperationItem, 'code' | 'detail'>) => (code ? problems.problem(new Problem(409, { code, detail })) : '');
}

// RetryButton opens the dialog of the operation's action with the customers for which it failed.
function RetryButton({ operation }: { operation: Operation }) {
  const texts = useTexts(operationScreenTexts);
  const notifyFailure = useNotifyFailure();
  const [isLoading, setLoading] = useState(false);
  const { open, dialog } = useCustomerActions();
  const retry = async () => {
    setLoading(true);
    try {
      const failed = (await readOutcomes(operation.id, 'failed')).map(({ customer }) => customer);
      const names = await readNames(failed.slice(0, 100));
      open(actionOf[operation.kind], { kind: 'items', customers: failed.map((id) => ({ id, name: names.get(id) ?? id })) });
    } catch (error) {
      notifyFailure(error);
    } finally {
      setLoading(false);
    }
  };
  return (
    <>
      <Button loading={isLoading} onClick={() => void retry()}>{texts.retry}</Button>
      {dialog}
    </>
  );
}

// DownloadButton downloads all outcomes as CSV.
function DownloadButton({ operation }: { operation: Operation }) {
  const texts = useTexts(operationScreenTexts);
  const notifyFailure = useNotifyFailure();
  const reason = useReason();
  const [isLoading, setLoading] = useState(false);
  const save = async () => {
    setLoading(true);
    try {
      const states = operation.preview ? texts.previewStates : texts.itemStates;
      const rows = (await readOutcomes(operation.id)).map((item) => [item.customer, states[item.state], item.code ?? '', reason(item)]);
      download(texts.file(operation.id), csv([[texts.outcome.customer, texts.outcome.state, 'Code', texts.outcome.detail], ...rows]));
    } catch (error) {
      notifyFailure(error);
    } finally {
      setLoading(false);
    }
  };
  return <Button iconName="download" loading={isLoading} onClick={() => void save()}>{texts.download}</Button>;
}
