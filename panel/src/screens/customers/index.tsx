import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import type { Customer, Schemas } from '../../api/client';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList } from '../../components/list/resource-list';
import type { ListState } from '../../components/list/state';
import { useScreenTitle } from '../../components/screen';
import { useRole } from '../../session/use-me';
import { usePageActions } from '../../shell/quick-navigation/page-actions';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { useCustomerColumns } from './columns';
import { ListActions } from './actions/list-actions';
import { loadCustomers } from './load';
import { OwnerSelect } from './owner-select';
import { customerTexts } from './texts';

// filterOf returns the search and the filter of the list, as bulk requests take them.
function filterOf({ search, filters }: ListState): Schemas['Filter'] {
  return { search: search || undefined, status: filters.status as Customer['status'] | undefined, owner: filters.owner };
}

// Customers is the list of customers, with the guide's actions on many of them.
export default function Customers() {
  const texts = useTexts(customerTexts);
  const common = useTexts(shared);
  const isAdministrator = useRole() === 'administrator';
  const navigate = useNavigate();
  const columns = useCustomerColumns();
  useScreenTitle(texts.title);
  usePageActions([{ id: 'add', label: texts.add, run: () => void navigate('/customers/new') }]);
  const add = <Button variant="primary" onClick={() => void navigate('/customers/new')}>{texts.add}</Button>;
  const statuses = (['active', 'suspended'] as const).map((value) => ({ value, label: common.status[value] }));
  return (
    <ResourceList<Customer>
      name="customers"
      title={texts.title}
      load={loadCustomers}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ contact }) => contact.name}
      defaultSort="name"
      search={{ placeholder: texts.search }}
      filters={[
        { id: 'status', label: texts.filters.status, options: statuses },
        ...(isAdministrator
          ? [{
            id: 'owner', label: texts.filters.owner,
            control: (value: string, onChange: (value: string) => void) => <OwnerSelect value={value} onChange={onChange} allowsAll />,
          }] : []),
      ]}
      isSelectable
      canSelectMatching
      actions={(selection, state, clear) => (
        <>
          <ListActions selection={selection} filter={filterOf(state)} clear={clear} />
          {add}
        </>
      )}
      empty={<EmptyList title={texts.firstTitle} lead={texts.firstLead}>{add}</EmptyList>}
    />
  );
}
