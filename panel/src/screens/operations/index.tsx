import { api, call, type Operation } from '../../api/client';
import { Link } from '../../components/link';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { Time } from '../../components/time';
import { useOperationTitle } from '../../operations/operation-progress';
import { isFinished, processedOf, startOf } from '../../operations/progress';
import { operationTexts } from '../../operations/texts';
import { useMe, useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { OperationState } from './state';
import { operationScreenTexts } from './texts';

// Operations lists the operations of the caller, the newest first. The administrator sees those of all.
export default function Operations() {
  const texts = useTexts(operationScreenTexts);
  const common = useTexts(operationTexts);
  useScreenTitle(common.title);
  return (
    <ResourceList<Operation>
      name="operations"
      title={common.title}
      load={({ limit, cursor, filters, signal }) => {
        const query = { limit, cursor: cursor || undefined, preview: filters.kind === 'previews' || undefined };
        return call(api.GET('/v1/operations', { params: { query }, signal }));
      }}
      filters={[{ id: 'kind', label: texts.show, options: [{ value: 'previews', label: texts.previews }] }]}
      columns={useColumns()}
      idOf={({ id }) => id}
      nameOf={({ id }) => id}
      refreshEvery={(operations) => (operations.every(isFinished) ? 15_000 : 2000)}
      empty={<EmptyList title={texts.empty} lead={texts.emptyLead} />}
    />
  );
}

function useColumns(): Column<Operation>[] {
  const texts = useTexts(operationScreenTexts).columns;
  const format = useFormat();
  const title = useOperationTitle();
  const role = useRole();
  const me = useMe().account;
  const columns: Column<Operation>[] = [
    { id: 'what', header: texts.what, cell: (operation) => <Link href={`/operations/${operation.id}`}>{title(operation)}</Link> },
    { id: 'state', header: texts.state, isOptional: true, cell: (operation) => <OperationState state={operation.state} /> },
    {
      id: 'progress', header: texts.progress, isOptional: true,
      cell: (operation) => `${format.number(processedOf(operation))} / ${format.number(operation.total)}`,
    },
    { id: 'failed', header: texts.failed, isOptional: true, cell: ({ failed }) => format.number(failed) },
    { id: 'started', header: texts.started, isOptional: true, cell: (operation) => <OptionalTime at={startOf(operation)} /> },
    { id: 'finished', header: texts.finished, isOptional: true, cell: ({ finishedAt }) => <OptionalTime at={finishedAt} /> },
  ];
  if (role === 'administrator') {
    columns.push({
      id: 'originator', header: texts.originator, isOptional: true, maxWidth: 200,
      cell: ({ originator, originatorName }) => (originator === me.id ? texts.you : originatorName ?? originator),
    });
  }
  return columns;
}

function OptionalTime({ at }: { at: string | undefined }) {
  return at ? <Time at={at} /> : <>–</>;
}
