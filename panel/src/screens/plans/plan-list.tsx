import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import type { Plan } from '../../api/client';
import { Link } from '../../components/link';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { useDescriptor, useResourceNames } from '../../components/resources/use-resources';
import { UNLIMITED } from '../../components/resources/quantity';
import { allotmentsOf } from '../../components/resources/values';
import { useScreenTitle } from '../../components/screen';
import { Time } from '../../components/time';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { OwnerSelect } from '../customers/owner-select';
import type { PlanKind } from './kinds';
import { planTexts } from './texts';

const inList = ['disk_space', 'max_traffic', 'max_site', 'max_cl', 'max_box']; // the allotments that the list shows by default

// PlanList is the list of plans of one kind.
export function PlanList({ kind }: { kind: PlanKind }) {
  const texts = useTexts(planTexts);
  const own = texts[kind.name];
  const isAdministrator = useRole() === 'administrator';
  const navigate = useNavigate();
  useScreenTitle(own.title);
  const columns = usePlanColumns(kind);
  const add = <Button variant="primary" onClick={() => void navigate(`/${kind.name}/new`)}>{own.add}</Button>;
  return (
    <ResourceList<Plan>
      name={kind.name}
      title={own.title}
      load={({ limit, cursor, filters, signal }) => kind.list({ limit, cursor: cursor || undefined, owner: filters.owner }, signal)}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      filters={kind.name === 'service-plans' && isAdministrator ? [{
        id: 'owner', label: texts.owner, control: (value, onChange) => <OwnerSelect value={value || 'administrator'} onChange={onChange} />,
      }] : []}
      actions={() => add}
      empty={<EmptyList title={own.firstTitle} lead={own.firstLead}>{add}</EmptyList>}
    />
  );
}

function usePlanColumns(kind: PlanKind): Column<Plan>[] {
  const texts = useTexts(planTexts);
  const names = useResourceNames();
  const format = useFormat();
  const descriptor = useDescriptor().data;
  return [
    { id: 'name', header: texts.name, maxWidth: 260, cell: ({ id, name }) => <Link href={`/${kind.name}/${id}`}>{name}</Link> },
    { id: 'uses', header: texts[kind.name].uses, isOptional: true, cell: ({ uses }) => format.number(uses) },
    ...(descriptor ? allotmentsOf(descriptor, kind.holder) : []).map((allotment): Column<Plan> => ({
      id: allotment.name, header: names.name(allotment), isOptional: true, isHidden: !inList.includes(allotment.name),
      cell: ({ allotments }) => names.value(allotments?.[allotment.name] ?? UNLIMITED, allotment.unit),
    })),
    { id: 'created', header: texts.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
  ];
}
