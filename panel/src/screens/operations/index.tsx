import { api, call, type Operation } from '../../api/client';
import { Link } from '../../components/link';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { Time } from '../../components/time';
import { useOperationTitle } from '../../operations/operation-progress';
import { doneOf, isFinished } from '../../operations/progress';
import { operationTexts } from '../../operations/texts';
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
      load={({ limit, cursor, signal }) => call(api.GET('/v1/operations', { params: { query: { limit, cursor: cursor || undefined } }, signal }))}
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
  return [
    { id: 'what', header: texts.what, cell: (operation) => <Link href={`/operations/${operation.id}`}>{title(operation)}</Link> },
    { id: 'state', header: texts.state, isOptional: true, cell: (operation) => <OperationState state={operation.state} /> },
    {
      id: 'progress', header: texts.progress, isOptional: true,
      cell: (operation) => `${format.number(doneOf(operation))} / ${format.number(operation.total)}`,
    },
    { id: 'failed', header: texts.failed, isOptional: true, cell: ({ failed }) => format.number(failed) },
    { id: 'started', header: texts.started, isOptional: true, cell: ({ createdAt, startAt }) => <Time at={startAt ?? createdAt} /> },
    { id: 'finished', header: texts.finished, isOptional: true, cell: ({ finishedAt }) => (finishedAt ? <Time at={finishedAt} /> : '–') },
  ];
}
