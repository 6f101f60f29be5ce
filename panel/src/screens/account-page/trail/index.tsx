import Icon from '@cloudscape-design/components/icon';
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
  const nameOf = useNames(account);
  const columns: Column<Entry>[] = [
    { id: 'time', header: texts.trail.time, cell: ({ at }) => <Time at={at} /> },
    { id: 'actor', header: texts.trail.actor, cell: (entry) => <span className="tn-wrap"><Actor entry={entry} nameOf={nameOf} /></span> },
    { id: 'event', header: texts.trail.event, cell: ({ event }) => <span className="tn-wrap">{eventText(event, language)}</span> },
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

// Actor names who caused an event. Administrators are called so, unless an administrator reads the trail.
function Actor({ entry: { actor, actorName }, nameOf }: { entry: Entry; nameOf: (id: string) => string }) {
  const texts = useTexts(accountTexts);
  const me = useMe().account;
  if (!actor) return <>{texts.trail.system}</>;
  const isNamed = actorName && actor !== me.id && (me.kind === 'administrator' || !actor.startsWith('adm_'));
  return <>{isNamed ? actorName : nameOf(actor)}</>;
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

// useNames returns a function that names what the API does not name: the administrators together, the custom plan, the
// reader, and the account itself.
function useNames(account: Account | undefined): (id: string) => string {
  const texts = useTexts(accountTexts);
  const me = useMe().account;
  const names = new Map<string, string>([['administrator', texts.administrator], ['custom', texts.trail.custom], [me.id, texts.trail.you]]);
  if (account) {
    names.set(account.id, account.contact.name);
    if (account.owner.kind === 'reseller') names.set(account.owner.id, me.id === account.owner.id ? texts.trail.you : account.owner.name || account.owner.login);
  }
  return (other) => names.get(other) ?? (other.startsWith('adm_') ? texts.administrator : other);
}
