import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { api, call, type Hold } from '../../api/client';
import { Link } from '../../components/link';
import { operationKey } from '../../operations/use-operation';
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
      {account.lifecycle !== 'ready' && <Busy account={account} />}
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

// Busy says that an operation works on the account, with a link to it if the caller may see it. An operation that the
// administrator has started is hidden from resellers.
function Busy({ account: { lifecycle, operation } }: { account: Account }) {
  const texts = useTexts(accountTexts).busy;
  const { data } = useQuery({
    queryKey: operationKey(operation ?? ''),
    queryFn: ({ signal }) => call(api.GET('/v1/operations/{operationId}', { params: { path: { operationId: operation ?? '' } }, signal })),
    enabled: operation !== undefined,
  });
  if (lifecycle === 'ready') return null;
  return (
    <div role="status">
      <Alert type="info" header={texts[lifecycle]}>
        {lifecycle === 'removing' ? texts.removingLead : texts.lead} {data && <Link href={`/operations/${data.id}`}>{texts.show}</Link>}
      </Alert>
    </div>
  );
}
