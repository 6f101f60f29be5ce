import type { Customer } from '../../api/client';
import { Link } from '../../components/link';
import type { Column } from '../../components/list/resource-list';
import { Status } from '../../components/status';
import { Time } from '../../components/time';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { useListPlace } from './place';
import { customerTexts } from './texts';

// useCustomerColumns returns the columns of lists of customers, in the guide's words.
export function useCustomerColumns(): Column<Customer>[] {
  const texts = useTexts(customerTexts);
  const format = useFormat();
  const isAdministrator = useRole() === 'administrator';
  const columns: Column<Customer>[] = [
    {
      id: 'name', header: texts.columns.name, maxWidth: 190, sort: { ascending: 'name', descending: '-name' },
      cell: (customer) => <CustomerName customer={customer} />,
    },
    { id: 'company', header: texts.columns.company, isOptional: true, maxWidth: 130, cell: ({ contact }) => contact.company || '–' },
    { id: 'login', header: texts.columns.login, isOptional: true, maxWidth: 135, cell: ({ login }) => login },
    {
      id: 'email', header: texts.columns.email, isOptional: true, isForWide: true, maxWidth: 170,
      cell: ({ contact, mailTrouble }) => (
        <>
          {contact.email}
          {mailTrouble && <div className="tn-faint">{texts.mailTrouble}</div>}
        </>
      ),
    },
    {
      id: 'subscriptions', header: texts.columns.subscriptions, isOptional: true,
      cell: ({ subscriptions: { active, total } }) => texts.ownSubscriptions(format.number(active), format.number(total)),
    },
    { id: 'status', header: texts.columns.status, isOptional: true, cell: (customer) => <CustomerStatus customer={customer} /> },
  ];
  if (isAdministrator) {
    columns.push({
      id: 'provider', header: texts.columns.provider, isOptional: true, maxWidth: 145,
      cell: ({ owner }) => (owner.kind === 'reseller'
        ? <Link href={`/resellers/${owner.id}`}>{owner.name || owner.login}</Link> : texts.administrator),
    });
  }
  columns.push(
    { id: 'externalId', header: texts.columns.externalId, isOptional: true, isHidden: true, cell: ({ externalId }) => externalId || '–' },
    {
      id: 'created', header: texts.columns.created, isOptional: true, sort: { ascending: 'created', descending: '-created' },
      cell: ({ createdAt }) => <Time at={createdAt} dateOnly />,
    },
  );
  return columns;
}

// CustomerName is the name of a customer, with the description under it (guide: Adding Descriptions).
export function CustomerName({ customer }: { customer: Customer }) {
  const place = useListPlace();
  const notes = [customer.description, customer.adminDescription].filter(Boolean);
  return (
    <>
      <Link href={`/customers/${customer.id}`} state={place}>{customer.contact.name}</Link>
      {notes.map((note) => <div key={note} className="tn-faint tn-note">{note}</div>)}
    </>
  );
}

// CustomerStatus shows the status of the customer, and what is happening to the account.
export function CustomerStatus({ customer }: { customer: Customer }) {
  const texts = useTexts(customerTexts);
  let note = customer.ownerSuspended ? texts.ownerSuspended : undefined;
  if (customer.lifecycle !== 'ready') note = texts.lifecycle[customer.lifecycle];
  return <Status status={customer.status} note={note} />;
}
