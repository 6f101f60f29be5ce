import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { api, call, type Hold, type Operation } from '../../api/client';
import { Link } from '../../components/link';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import type { Account } from './account';
import { accountTexts } from './texts';

// Notices say above the page what is unusual about the account: an operation works on it, or it is suspended.
export function Notices({ account }: { account: Account }) {
  const texts = useTexts(accountTexts);
  const holds = account.holds.filter(({ source }) => source !== 'removal');
  return (
    <>
      {account.lifecycle !== 'ready' && <Busy lifecycle={account.lifecycle} />}
      {account.status === 'suspended' && account.lifecycle !== 'removing' && (
        <Alert type="warning" header={texts.holds.title}>
          <ul className="tn-plain-list">{holds.map((hold) => <HoldText key={`${hold.source} ${hold.since}`} hold={hold} />)}</ul>
        </Alert>
      )}
      {account.ownerSuspended && <Alert type="warning">{texts.holds.owner}</Alert>}
    </>
  );
}

// HoldText says who suspended the account, since when, why, and until when.
function HoldText({ hold }: { hold: Hold }) {
  const texts = useTexts(accountTexts).holds;
  const format = useFormat();
  const times = [texts.since(format.time(hold.since)), hold.until && texts.until(format.time(hold.until))].filter(Boolean).join(' · ');
  return (
    <li>
      <strong>{texts.by[hold.source]}</strong> · {times}
      {hold.reason && <div>{texts.reason(hold.reason)}</div>}
      {hold.publicMessage && <div>{texts.publicMessage(hold.publicMessage)}</div>}
    </li>
  );
}

const kinds = {
  converting: ['convert-customers'], moving: ['move-customers'], removing: ['remove-customers'],
} as const satisfies Record<Exclude<Account['lifecycle'], 'ready'>, Operation['kind'][]>;

// Busy says which operation works on the account, with a link to it. The API does not name the operation, so the link
// leads to the only one of its kind that runs, else to all operations.
function Busy({ lifecycle }: { lifecycle: keyof typeof kinds }) {
  const texts = useTexts(accountTexts).busy;
  const { data } = useQuery({
    queryKey: ['operations', 'running'],
    queryFn: ({ signal }) => call(api.GET('/v1/operations', { params: { query: { limit: 25 } }, signal })),
    staleTime: 0,
  });
  const expected: readonly string[] = kinds[lifecycle];
  const running = (data?.items ?? []).filter(({ state, kind, preview }) =>
    (state === 'pending' || state === 'running') && !preview && expected.includes(kind));
  const [only] = running;
  const link = only && running.length === 1
    ? <Link href={`/operations/${only.id}`}>{texts.show}</Link> : <Link href="/operations">{texts.showAll}</Link>;
  return (
    <div role="status">
      <Alert type="info" header={texts[lifecycle]}>{lifecycle === 'removing' ? texts.removingLead : texts.lead} {link}</Alert>
    </div>
  );
}
