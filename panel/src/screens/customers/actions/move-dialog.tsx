import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../../api/client';
import { Field } from '../../../components/fields';
import { FormDialog } from '../../../components/form-dialog';
import { useForm } from '../../../components/use-form';
import { useTexts } from '../../../texts/catalogue';
import { shared } from '../../../texts/shared';
import { OwnerSelect } from '../owner-select';
import { allCustom, itemsOf, type Choice } from './choice';
import { Capacity } from './capacity';
import { PlanChoice } from './plan-choice';
import { Preview } from './preview';
import { onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';
import type { DialogProps } from './use-customer-actions';
import { useAccepted } from './use-accepted';
import { useCustomerVersion } from './use-customer-version';
import { usePreview } from './use-preview';
import { useTargetName } from './use-target-name';

function bodyOf(target: Target, owner: string, choice: Choice): Schemas['BulkMove'] {
  if (target.kind === 'matching') return { owner, filter: target.filter };
  return { owner, items: itemsOf(target, choice).map(({ customer, plan }) => ({ customer, servicePlan: plan })) };
}

// MoveDialog moves customers to a reseller or to the administrator. For each it chooses a service plan of the new owner, or
// Custom, which keeps what the customer has (guide: Moving Customers to Another Owner).
export default function MoveDialog({ target, initial = {}, close, done }: DialogProps) {
  const texts = useTexts(actionTexts);
  const common = useTexts(shared);
  const nameOf = useTargetName();
  const accepted = useAccepted(close);
  const customer = onlyCustomer(target);
  const version = useCustomerVersion(target);
  const form = useForm({
    initial: { owner: initial.owner ?? '', choice: initial.choice ?? allCustom },
    check: ({ owner }) => (owner === '' ? { '/owner': common.required } : {}),
    send: ({ owner, choice }) => {
      if (!customer) return call(api.POST('/v1/customers/move', { body: bodyOf(target, owner, choice) }));
      const path = { customerId: customer.id };
      return version((header) => call(api.POST('/v1/customers/{customerId}/move', { params: { path, header }, body: { owner, servicePlan: choice.forAll } })));
    },
    done: (response) => {
      accepted(response);
      done();
    },
  });
  const { owner, choice } = form.values;
  const plans = useQuery({
    queryKey: ['service-plans', 'choice', owner],
    queryFn: ({ signal }) => call(api.GET('/v1/service-plans', { params: { query: { owner, limit: 100 } }, signal })),
    enabled: owner !== '',
  });
  const body = bodyOf(target, owner, choice);
  const preview = usePreview(['move', body], (signal) =>
    call(api.POST('/v1/customers/move', { body: { ...body, dryRun: true }, signal })), owner !== '');
  const name = nameOf(target, preview.forecast);
  return (
    <FormDialog
      form={form}
      title={texts.titles.move(name)}
      size={customer ? 'medium' : 'large'}
      disabled={preview.forecast?.possible === 0}
      onClose={close}
    >
      <Field form={form} name="owner" label={texts.owner}>
        <OwnerSelect
          placeholder={texts.ownerPlaceholder}
          value={owner}
          onChange={(value) => {
            form.set('owner', value);
            form.set('choice', allCustom); // the plans are those of the owner
          }}
        />
      </Field>
      <p className="tn-lead">{texts.moveLead}</p>
      {owner !== '' && (
        <PlanChoice
          target={target}
          label={texts.servicePlan}
          plans={plans.data?.items.map(({ id, name: label }) => ({ value: id, label }))}
          choice={choice}
          onChange={(next) => { form.set('choice', next); }}
        />
      )}
      <Preview target={target} preview={preview}>{(forecast) => <Capacity forecast={forecast} />}</Preview>
    </FormDialog>
  );
}
