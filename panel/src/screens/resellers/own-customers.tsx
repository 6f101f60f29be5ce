import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';
import type { Customer, Schemas } from '../../api/client';
import { ResourceList } from '../../components/list/resource-list';
import type { ListState } from '../../components/list/state';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { ListActions } from '../customers/actions/list-actions';
import { useCustomerColumns } from '../customers/columns';
import { loadCustomers } from '../customers/load';
import { customerTexts } from '../customers/texts';
import { resellerTexts } from './texts';

// OwnCustomers lists the customers of a reseller, with the guide's actions on many of them.
export function OwnCustomers({ id }: { id: string }) {
  const texts = useTexts(customerTexts);
  const reseller = useTexts(resellerTexts);
  const common = useTexts(shared);
  const navigate = useNavigate();
  const columns = useCustomerColumns().filter(({ id: column }) => column !== 'provider')
    .map((column) => (column.id === 'company' || column.id === 'created' ? { ...column, isForWide: true } : column));
  const statuses = (['active', 'suspended'] as const).map((value) => ({ value, label: common.status[value] }));
  const filterOf = ({ search, filters }: ListState): Schemas['Filter'] =>
    ({ owner: id, search: search || undefined, status: filters.status as Customer['status'] | undefined });
  return (
    <ResourceList<Customer>
      name="customers"
      scope={id}
      title={texts.title}
      variant="container"
      load={(request) => loadCustomers({ ...request, filters: { ...request.filters, owner: id } })}
      columns={columns}
      idOf={(customer) => customer.id}
      nameOf={({ contact }) => contact.name}
      defaultSort="name"
      search={{ placeholder: texts.search }}
      filters={[{ id: 'status', label: texts.filters.status, options: statuses }]}
      isSelectable
      canSelectMatching
      actions={(selection, state, clear) => (
        <>
          <ListActions isCompact selection={selection} filter={filterOf(state)} clear={clear} />
          <Button onClick={() => void navigate(`/customers/new?owner=${id}`)}>{texts.add}</Button>
        </>
      )}
      empty={reseller.noCustomers}
    />
  );
}
