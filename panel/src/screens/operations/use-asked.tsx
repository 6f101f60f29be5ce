import type { KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import type { Operation, Schemas } from '../../api/client';
import { Link } from '../../components/link';
import { Time } from '../../components/time';
import { useTexts } from '../../texts/catalogue';
import { operationScreenTexts } from './texts';

// useAsked returns what the operation was asked to do, as facts of its page.
export function useAsked({ parameters }: Operation): KeyValuePairsProps.Item[] {
  const texts = useTexts(operationScreenTexts);
  if (!parameters) return [];
  const { owner, ownerName, reason, publicMessage, until, subscriptions, customers, filter } = parameters;
  const labels = texts.asked;
  const facts: (KeyValuePairsProps.Item | false | undefined | '')[] = [
    owner && {
      label: labels.owner,
      value: owner === 'administrator' ? labels.administrator : <Link href={`/resellers/${owner}`}>{ownerName ?? owner}</Link>,
    },
    customers && { label: labels.customers, value: texts.customersOf[customers] },
    subscriptions && { label: labels.subscriptions, value: texts.lifted[subscriptions] },
    reason && { label: labels.reason, value: <span className="tn-note">{reason}</span> },
    publicMessage && { label: labels.publicMessage, value: <span className="tn-note">{publicMessage}</span> },
    until && { label: labels.until, value: <Time at={until} /> },
    filter && { label: labels.filter, value: <FilterText filter={filter} /> },
  ];
  return facts.filter((fact) => typeof fact === 'object');
}

function FilterText({ filter: { search, status, owner } }: { filter: Schemas['Filter'] }) {
  const texts = useTexts(operationScreenTexts).filters;
  const parts = [
    search && texts.search(search), status && texts.status[status],
    owner === 'administrator' ? texts.ownCustomers : owner && <Link href={`/resellers/${owner}`}>{texts.owner}</Link>,
  ].filter(Boolean);
  if (parts.length === 0) return <>{texts.all}</>;
  return <ul className="tn-plain-list">{parts.map((part, index) => <li key={index}>{part}</li>)}</ul>;
}
