import RadioGroup from '@cloudscape-design/components/radio-group';
import { api, call, type Customer, type Schemas } from '../../../api/client';
import { Field } from '../../../components/fields';
import { notify } from '../../../components/flash';
import { FormDialog } from '../../../components/form-dialog';
import { useForm } from '../../../components/use-form';
import { useTexts } from '../../../texts/catalogue';
import { Preview } from './preview';
import { numberOf, onlyCustomer, selectorOf } from './target';
import { actionTexts } from './texts';
import type { DialogProps } from './use-customer-actions';
import { useAccepted } from './use-accepted';
import { useCustomerVersion } from './use-customer-version';
import { usePreview } from './use-preview';
import { useTargetName } from './use-target-name';

type Subscriptions = NonNullable<Schemas['Activation']['subscriptions']>;
type Response = { customer: Customer } | { accepted: Schemas['AcceptResponse'] };

// ActivateDialog activates customers and, as in the guide, all their subscriptions.
export default function ActivateDialog({ target, initial = {}, close, done }: DialogProps) {
  const texts = useTexts(actionTexts);
  const nameOf = useTargetName();
  const accepted = useAccepted(close);
  const version = useCustomerVersion(target);
  const number = numberOf(target);
  const selector = selectorOf(target);
  const preview = usePreview(['activate', selector], (signal) =>
    call(api.POST('/v1/customers/activate', { body: { ...selector, dryRun: true }, signal })));
  const name = nameOf(target, preview.forecast);
  const form = useForm<{ subscriptions: Subscriptions }, Response>({
    initial: { subscriptions: initial.subscriptions ?? 'all' },
    send: async ({ subscriptions }) => {
      const customer = onlyCustomer(target);
      if (!customer) return { accepted: await call(api.POST('/v1/customers/activate', { body: { ...selector, subscriptions } })) };
      const path = { customerId: customer.id };
      return {
        customer: await version((header) => call(api.POST('/v1/customers/{customerId}/activate', { params: { path, header }, body: { subscriptions } }))),
      };
    },
    done: (response) => {
      if ('customer' in response) {
        const isActive = response.customer.status === 'active';
        notify({ type: isActive ? 'success' : 'warning', content: isActive ? texts.doneActivate(name) : texts.stillHeld(name) });
      }
      accepted('accepted' in response ? response.accepted : {});
      done();
    },
  });
  return (
    <FormDialog form={form} title={texts.titles.activate(name)} submit={texts.activate} onClose={close} disabled={preview.forecast?.possible === 0}>
      <p className="tn-lead">{texts.activateLead[number]}</p>
      <Field form={form} name="subscriptions" label="">
        <RadioGroup
          ariaLabel={texts.activate}
          value={form.values.subscriptions}
          onChange={({ detail }) => { form.set('subscriptions', detail.value as Subscriptions); }}
          items={[
            { value: 'all', label: texts.allSubscriptions[number], description: texts.allSubscriptionsHint },
            { value: 'inherited', label: texts.inheritedOnly[number], description: texts.inheritedOnlyHint },
          ]}
        />
      </Field>
      <Preview target={target} preview={preview} />
    </FormDialog>
  );
}
