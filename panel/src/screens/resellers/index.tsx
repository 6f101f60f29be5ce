import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import { api, call, type Reseller } from '../../api/client';
import { Link } from '../../components/link';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column, type ListRequest } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { Status } from '../../components/status';
import { Time } from '../../components/time';
import { usePageActions } from '../../shell/quick-navigation/page-actions';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { accountQuery } from '../customers/load';
import { useResellerPlans } from './plans';
import { resellerTexts } from './texts';

const loadResellers = (request: ListRequest) =>
  call(api.GET('/v1/resellers', { params: { query: accountQuery(request) }, signal: request.signal }));

// Resellers is the list of resellers.
export default function Resellers() {
  const texts = useTexts(resellerTexts);
  const common = useTexts(shared);
  const navigate = useNavigate();
  const columns = useColumns();
  useScreenTitle(texts.title);
  const toAdd = () => void navigate('/resellers/new');
  usePageActions([{ id: 'add', label: texts.add, run: toAdd }]);
  const add = <Button variant="primary" onClick={toAdd}>{texts.add}</Button>;
  return (
    <ResourceList<Reseller>
      name="resellers"
      title={texts.title}
      load={loadResellers}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ contact }) => contact.name}
      defaultSort="name"
      search={{ placeholder: texts.search }}
      filters={[{
        id: 'status', label: texts.filters.status, options: (['active', 'suspended'] as const).map((value) => ({ value, label: common.status[value] })),
      }]}
      actions={() => add}
      empty={<EmptyList title={texts.firstTitle} lead={texts.firstLead}>{add}</EmptyList>}
    />
  );
}

function useColumns(): Column<Reseller>[] {
  const texts = useTexts(resellerTexts);
  const format = useFormat();
  const plans = useResellerPlans();
  return [
    {
      id: 'name', header: texts.columns.name, maxWidth: 220, sort: { ascending: 'name', descending: '-name' },
      cell: (reseller) => <ResellerName reseller={reseller} />,
    },
    { id: 'company', header: texts.columns.company, isOptional: true, maxWidth: 150, cell: ({ contact }) => contact.company || '–' },
    { id: 'login', header: texts.columns.login, isOptional: true, maxWidth: 140, cell: ({ login }) => login },
    { id: 'email', header: texts.columns.email, isOptional: true, isHidden: true, maxWidth: 230, cell: ({ contact }) => contact.email },
    { id: 'customers', header: texts.columns.customers, isOptional: true, cell: ({ used }) => format.number(used.customers) },
    { id: 'subscriptions', header: texts.columns.subscriptions, isOptional: true, isForWide: true, cell: ({ used }) => format.number(used.subscriptions) },
    { id: 'plan', header: texts.columns.plan, isOptional: true, maxWidth: 140, cell: ({ resellerPlan }) => plans.nameOf(resellerPlan) },
    {
      id: 'status', header: texts.columns.status, isOptional: true,
      cell: ({ status, lifecycle }) => <Status status={status} note={lifecycle === 'ready' ? undefined : texts.lifecycle[lifecycle]} />,
    },
    { id: 'externalId', header: texts.columns.externalId, isOptional: true, isHidden: true, cell: ({ externalId }) => externalId || '–' },
    {
      id: 'created', header: texts.columns.created, isOptional: true, sort: { ascending: 'created', descending: '-created' },
      cell: ({ createdAt }) => <Time at={createdAt} dateOnly />,
    },
  ];
}

function ResellerName({ reseller: { id, contact, description } }: { reseller: Reseller }) {
  return (
    <>
      <Link href={`/resellers/${id}`}>{contact.name}</Link>
      {description && <div className="tn-faint tn-note">{description}</div>}
    </>
  );
}
