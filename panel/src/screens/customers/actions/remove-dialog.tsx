import { api, call } from '../../../api/client';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { Preview } from './preview';
import { numberOf, onlyCustomer, selectorOf, type Target } from './target';
import { actionTexts } from './texts';
import type { DialogProps } from './use-customer-actions';
import { useAccepted } from './use-accepted';
import { useCustomerVersion } from './use-customer-version';
import { usePreview, type Forecast } from './use-preview';
import { useTargetName } from './use-target-name';

// RemoveDialog removes customers with everything that belongs to them, after a list of what will go and a Yes (guide:
// Removing Accounts).
export default function RemoveDialog({ target, close, done }: DialogProps) {
  const texts = useTexts(actionTexts);
  const nameOf = useTargetName();
  const accepted = useAccepted(close);
  const version = useCustomerVersion(target);
  const selector = selectorOf(target);
  const preview = usePreview(['remove', selector], (signal) =>
    call(api.POST('/v1/customers/remove', { body: { ...selector, dryRun: true }, signal })));
  const name = nameOf(target, preview.forecast);
  return (
    <ConfirmDialog
      title={texts.titles.remove(name)}
      disabled={!preview.forecast || preview.forecast.possible === 0}
      send={() => {
        const customer = onlyCustomer(target);
        if (!customer) return call(api.POST('/v1/customers/remove', { body: selector }));
        return version((header) => call(api.DELETE('/v1/customers/{customerId}', { params: { path: { customerId: customer.id }, header } })));
      }}
      done={(response) => {
        accepted(response);
        done();
      }}
      onClose={close}
    >
      <p className="tn-lead">{texts.removeLead[numberOf(target)]}</p>
      {target.kind === 'items' && target.customers.length > 1 && <Names names={target.customers.map((customer) => customer.name)} />}
      <Preview target={target} preview={preview} isQuiet>{(forecast) => <WhatGoes target={target} forecast={forecast} />}</Preview>
    </ConfirmDialog>
  );
}

const shownNames = 10;

function Names({ names }: { names: string[] }) {
  const texts = useTexts(actionTexts).preview;
  const format = useFormat();
  return (
    <ul className="tn-plain-list">
      {names.slice(0, shownNames).map((name, index) => <li key={`${index} ${name}`}><strong>{name}</strong></li>)}
      {names.length > shownNames && <li>{texts.others(format.number(names.length - shownNames))}</li>}
    </ul>
  );
}

// WhatGoes counts what belongs to the customers. Large previews have more items than were read, so their counts start with
// what is known.
function WhatGoes({ target, forecast }: { target: Target; forecast: Forecast }) {
  const texts = useTexts(actionTexts).goes;
  const format = useFormat();
  const isComplete = forecast.items.length === forecast.total;
  const kinds = ['subscriptions', 'websites', 'panelUsers', 'backups'] as const;
  const sums = kinds.map((kind) => ({ kind, count: forecast.items.reduce((sum, item) => sum + (item.forecast?.[kind] ?? 0), 0) }));
  const present = sums.filter(({ count }) => count > 0);
  if (present.length === 0 && isComplete) return <p className="tn-lead">{texts.nothing}</p>;
  const known = (text: string) => (isComplete ? text : texts.atLeast(text));
  return (
    <>
      <p className="tn-lead">{texts.lead[numberOf(target)]}</p>
      <ul className="tn-plain-list">
        {present.map(({ kind, count }) => <li key={kind}>{known(format.counted(count, texts[kind]))}</li>)}
      </ul>
    </>
  );
}
