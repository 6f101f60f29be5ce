import Icon from '@cloudscape-design/components/icon';
import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../../api/client';
import { ResourceList, type Column, type ListRequest } from '../../../components/list/resource-list';
import { Time } from '../../../components/time';
import { useMe } from '../../../session/use-me';
import { useLanguage, useTexts } from '../../../texts/catalogue';
import type { Account } from '../account';
import { accountTexts } from '../texts';
import { eventText, linesOf } from './changes';

type Entry = Schemas['Entry'];

// Trail is the audit trail of an account: who changed what and when, with the old and the new value.
export function Trail({ id, account }: { id: string; account: Account | undefined }) {
  const texts = useTexts(accountTexts);
  const language = useLanguage();
  const nameOf = useNames(id, account);
  const columns: Column<Entry>[] = [
    { id: 'time', header: texts.trail.time, cell: ({ at }) => <Time at={at} /> },
    { id: 'actor', header: texts.trail.actor, cell: ({ actor }) => (actor ? nameOf(actor) : texts.trail.system) },
    { id: 'event', header: texts.trail.event, cell: ({ event }) => eventText(event, language) },
    { id: 'changes', header: texts.trail.changes, cell: (entry) => <Changes entry={entry} nameOf={nameOf} /> },
    {
      id: 'source', header: texts.trail.source, isOptional: true, isHidden: true,
      cell: ({ address, userAgent }) => (address ? <span title={userAgent}>{address}</span> : '–'),
    },
  ];
  const load = ({ limit, cursor, signal }: ListRequest) => call(api.GET('/v1/customers/{customerId}/events', {
    params: { path: { customerId: id }, query: { limit, cursor: cursor || undefined } }, signal,
  }));
  return (
    <ResourceList<Entry>
      name="trail"
      scope={id}
      title={texts.tabs.trail}
      variant="container"
      load={load}
      columns={columns}
      idOf={(entry) => entry.id}
      nameOf={({ event }) => eventText(event, language)}
      empty={texts.trail.empty}
    />
  );
}

function Changes({ entry, nameOf }: { entry: Entry; nameOf: (id: string) => string }) {
  const texts = useTexts(accountTexts).trail;
  const lines = linesOf(entry.changes, useLanguage(), nameOf);
  if (lines.length === 0) return <>–</>;
  return (
    <ul className="tn-changes">
      {lines.map(({ label, before, after }) => (
        <li key={`${label} ${before} ${after}`}>
          <span className="tn-change-label">{label}:</span>{' '}
          {before === '' && after === '' && <span>{texts.changed}</span>}
          {before !== '' && <del aria-label={`${texts.was} ${before}`}>{before}</del>}
          {before !== '' && after !== '' && <> <Icon name="arrow-right" size="small" /> </>}
          {after !== '' && <ins aria-label={`${texts.now} ${after}`}>{after}</ins>}
        </li>
      ))}
    </ul>
  );
}

// useNames returns a function that names accounts and plans by their ids, as far as the page knows them.
function useNames(id: string, account: Account | undefined): (id: string) => string {
  const texts = useTexts(accountTexts);
  const me = useMe().account;
  const users = useQuery({
    queryKey: ['panel-users', id, 'names'],
    queryFn: ({ signal }) => call(api.GET('/v1/customers/{customerId}/panel-users', { params: { path: { customerId: id }, query: { limit: 100 } }, signal })),
  });
  const names = new Map<string, string>([['administrator', texts.administrator], [me.id, texts.trail.you]]);
  if (account) {
    names.set(account.id, account.contact.name);
    if (account.owner.kind === 'reseller') names.set(account.owner.id, me.id === account.owner.id ? texts.trail.you : account.owner.name || account.owner.login);
  }
  for (const user of users.data?.items ?? []) names.set(user.id, user.name);
  return (other) => names.get(other) ?? (other.startsWith('adm_') ? texts.administrator : other);
}
