import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../../api/client';
import { FormDialog } from '../../../components/form-dialog';
import { useForm } from '../../../components/use-form';
import { WarningText } from '../../../components/warning-text';
import { useResources } from '../../../resources/use-resources';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { allCustom, itemsOf, type Choice } from './choice';
import { PlanChoice } from './plan-choice';
import { Preview } from './preview';
import { onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';
import type { DialogProps } from './use-customer-actions';
import { useAccepted } from './use-accepted';
import { useCustomerVersion } from './use-customer-version';
import { usePreview, type Forecast } from './use-preview';
import { useTargetName } from './use-target-name';

function bodyOf(target: Target, choice: Choice): Schemas['BulkConversion'] {
  if (target.kind === 'matching') return { filter: target.filter };
  return { items: itemsOf(target, choice).map(({ customer, plan }) => ({ customer, resellerPlan: plan })) };
}

// ConvertDialog converts customers to resellers. For each it chooses a reseller plan, or Custom, which keeps the sum of the
// customer's resources (guide: Converting Customer Accounts to Reseller Accounts).
export default function ConvertDialog({ target, initial = {}, close, done }: DialogProps) {
  const texts = useTexts(actionTexts);
  const nameOf = useTargetName();
  const accepted = useAccepted(close);
  const plans = useQuery({
    queryKey: ['reseller-plans', 'choice'],
    queryFn: ({ signal }) => call(api.GET('/v1/reseller-plans', { params: { query: { limit: 100 } }, signal })),
  });
  const customer = onlyCustomer(target);
  const version = useCustomerVersion(target);
  const form = useForm({
    initial: { choice: initial.choice ?? allCustom },
    send: ({ choice }) => {
      if (!customer) return call(api.POST('/v1/customers/convert', { body: bodyOf(target, choice) }));
      const path = { customerId: customer.id };
      return version((header) => call(api.POST('/v1/customers/{customerId}/convert', { params: { path, header }, body: { resellerPlan: choice.forAll } })));
    },
    done: (response) => {
      accepted(response);
      done();
    },
  });
  const body = bodyOf(target, form.values.choice);
  const preview = usePreview(['convert', body], (signal) => call(api.POST('/v1/customers/convert', { body: { ...body, dryRun: true }, signal })));
  const name = nameOf(target, preview.forecast);
  return (
    <FormDialog
      form={form}
      title={customer ? texts.titles.convertOne(name) : texts.titles.convert(name)}
      size={customer ? 'medium' : 'large'}
      disabled={preview.forecast?.possible === 0}
      onClose={close}
    >
      <p className="tn-lead">{texts.convertLead}</p>
      <PlanChoice
        target={target}
        label={texts.resellerPlan}
        plans={plans.data?.items.map(({ id, name: label }) => ({ value: id, label }))}
        choice={form.values.choice}
        onChange={(choice) => { form.set('choice', choice); }}
      />
      <Preview target={target} preview={preview}>{(forecast) => <Sums target={target} forecast={forecast} />}</Preview>
    </FormDialog>
  );
}

// Sums shows the resources that each new reseller will have.
function Sums({ target, forecast }: { target: Target; forecast: Forecast }) {
  const texts = useTexts(actionTexts);
  const resources = useResources();
  const format = useFormat();
  const names = new Map(target.kind === 'items' ? target.customers.map(({ id, name }) => [id, name]) : []);
  const items = forecast.items.filter((item) => item.forecast?.resources).slice(0, 20);
  return items.map(({ customer, forecast: found }) => {
    const limited = Object.entries(found?.resources?.allotments ?? {}).filter(([, value]) => value !== -1);
    const exhausted = found?.exhausted ?? [];
    const granted = [
      ...Object.entries(found?.resources?.permissions ?? {}).filter(([, isGranted]) => isGranted).map(([permission]) => resources.title(permission)),
      ...(found?.resources?.applications ?? []).map(resources.title),
    ];
    return (
      <details key={customer} className="tn-sums" open={items.length === 1}>
        <summary>{items.length === 1 ? texts.preview.sums : `${texts.preview.sums}: ${names.get(customer) ?? customer}`}</summary>
        <dl>
          {limited.map(([resource, value]) => (
            <div key={resource}><dt>{resources.title(resource)}</dt><dd>{resources.amount(resource, value)}</dd></div>
          ))}
          {limited.length === 0 && <div><dt>{texts.preview.resource}</dt><dd>{texts.preview.unlimited}</dd></div>}
        </dl>
        {granted.length > 0 && <p>{format.list(granted)}</p>}
        {exhausted.length > 0 && <WarningText>{texts.preview.exhausted(format.list(exhausted.map(resources.title)))}</WarningText>}
      </details>
    );
  });
}
