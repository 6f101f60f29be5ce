import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { api, call, type Operation, type OperationItem } from '../../api/client';
import { Problem } from '../../api/problem';
import { useNotifyFailure } from '../../components/flash';
import { Link } from '../../components/link';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { csv, download } from '../../operations/csv';
import { nameOf, withNames } from '../../operations/names';
import { isFinished } from '../../operations/progress';
import { useTexts } from '../../texts/catalogue';
import { useProblemTexts } from '../../texts/problem-text';
import type { Action } from '../customers/actions/target';
import { useCustomerActions } from '../customers/actions/use-customer-actions';
import { askedAgain } from './asked';
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
  const columns = useColumns(operation);
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
        return { ...page, items: withNames(page.items) };
      }}
      columns={columns}
      idOf={({ customer }) => customer}
      nameOf={(item) => nameOf(item, texts.removedAccount)}
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

function useColumns({ kind, preview = false }: Operation): Column<OperationItem>[] {
  const texts = useTexts(operationScreenTexts).outcome;
  const reason = useReason();
  const planOf = usePlanOf();
  const columns: Column<OperationItem>[] = [
    { id: 'customer', header: texts.customer, maxWidth: 280, cell: (item) => <ItemName item={item} /> },
    { id: 'login', header: texts.login, isOptional: true, maxWidth: 200, cell: ({ account }) => account?.login ?? '–' },
    { id: 'state', header: texts.state, cell: ({ state }) => <ItemState state={state} isPreview={preview} /> },
    { id: 'detail', header: texts.detail, isOptional: true, cell: (item) => reason(item) || '–' },
  ];
  if (kind === 'move-customers' || kind === 'convert-customers') {
    columns.splice(2, 0, { id: 'plan', header: texts.plan, isOptional: true, maxWidth: 200, cell: (item) => planOf(item) || '–' });
  }
  return columns;
}

// ItemName names the account of an item, with a link to its page.
function ItemName({ item }: { item: OperationItem }) {
  const name = nameOf(item, useTexts(operationScreenTexts).removedAccount);
  if (!item.account) return <>{name}</>;
  return <Link href={item.account.kind === 'reseller' ? `/resellers/${item.customer}` : `/customers/${item.customer}`}>{name}</Link>;
}

// usePlanOf returns a function that names the plan of an item, or returns "".
function usePlanOf() {
  const texts = useTexts(operationScreenTexts);
  return ({ plan, planName }: OperationItem) => (plan === undefined ? '' : planName ?? (plan === 'custom' ? texts.custom : plan));
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
      const failed = await readOutcomes(operation.id, 'failed');
      const customers = failed.map((item) => ({ id: item.customer, name: nameOf(item, texts.removedAccount) }));
      open(actionOf[operation.kind], { kind: 'items', customers }, askedAgain(operation, failed));
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
  const planOf = usePlanOf();
  const [isLoading, setLoading] = useState(false);
  const save = async () => {
    setLoading(true);
    try {
      const states = operation.preview ? texts.previewStates : texts.itemStates;
      const rows = (await readOutcomes(operation.id)).map((item) => [
        item.customer, item.account?.name ?? '', item.account?.login ?? '', planOf(item), states[item.state], item.code ?? '', reason(item),
      ]);
      const { id, customer, login, plan, state, detail } = texts.outcome;
      download(texts.file(operation.id), csv([[id, customer, login, plan, state, 'Code', detail], ...rows]));
    } catch (error) {
      notifyFailure(error);
    } finally {
      setLoading(false);
    }
  };
  return <Button iconName="download" loading={isLoading} onClick={() => void save()}>{texts.download}</Button>;
}
