import Checkbox from '@cloudscape-design/components/checkbox';
import { api, callWithTag } from '../../api/client';
import { SelectField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { ResourceEditor, type ResourceForm } from '../../components/resources/resource-editor';
import { resourceTexts } from '../../components/resources/texts';
import { useDescriptor, useResourceLabels, useResourceNames } from '../../components/resources/use-resources';
import { checkValues, toSet, toValues, type Descriptor, type ResourceValues } from '../../components/resources/values';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { loadAccount, type Account } from '../account-page/account';
import type { AccountDialogProps } from '../account-page/contact-dialog';
import { CUSTOM, useResellerPlans } from './plans';
import { resellerTexts } from './texts';

interface Values extends ResourceValues { resellerPlan: string; oversell: boolean }

// LimitsDialog changes the plan of a reseller, or its own limits.
export function LimitsDialog(props: AccountDialogProps) {
  const descriptor = useDescriptor().data;
  return descriptor ? <Editor {...props} descriptor={descriptor} /> : null;
}

function Editor({ account: { current, changed }, close, descriptor }: AccountDialogProps & { descriptor: Descriptor }) {
  const texts = useTexts(resellerTexts);
  const { invalid } = useTexts(resourceTexts);
  const { separator } = useResourceNames();
  const { labels, show } = useResourceLabels(descriptor);
  const plans = useResellerPlans();
  const { id, contact: { name } } = current.data;
  const { form, conflict } = useVersionedForm<Values, Account>({
    current,
    valuesOf: ({ resellerPlan = CUSTOM, oversell = false, resources = {} }) =>
      ({ resellerPlan, oversell, ...toValues(descriptor, 'reseller', resources, separator) }),
    labels: { ...labels, resellerPlan: texts.plan, oversell: texts.oversell },
    show: (field, value) => (field === 'resellerPlan' && typeof value === 'string' ? plans.nameOf(value) : show(field, value)),
    check: (values) => (values.resellerPlan === CUSTOM ? checkValues(values, invalid, '/resources') : {}),
    reload: () => loadAccount('reseller', id),
    send: (_, etag, values) => callWithTag(api.PATCH('/v1/resellers/{resellerId}', {
      params: { path: { resellerId: id }, header: { 'If-Match': etag } },
      body: values.resellerPlan === CUSTOM
        ? { resellerPlan: CUSTOM, oversell: values.oversell, resources: toSet(descriptor, 'reseller', values) } : { resellerPlan: values.resellerPlan },
    })),
    done: (saved) => {
      if (saved) {
        changed(saved);
        notify({ type: 'success', content: texts.changed(name) });
      }
      close();
    },
  });
  const resources: ResourceForm = { ...form, set: (field, value) => { form.set(field, value as Values[typeof field]); } };
  return (
    <FormDialog form={form} title={texts.changeTitle(name)} size="large" conflict={conflict} onClose={close}>
      <p className="tn-lead">{texts.limitsHint}</p>
      <SelectField form={form} name="resellerPlan" label={texts.plan} hint={texts.planHint} options={plans.options} status={plans.isPending ? 'loading' : 'finished'} />
      {form.values.resellerPlan === CUSTOM && (
        <>
          <Checkbox checked={form.values.oversell} description={texts.oversellHint} onChange={({ detail }) => { form.set('oversell', detail.checked); }}>
            {texts.oversell}
          </Checkbox>
          <ResourceEditor descriptor={descriptor} holder="reseller" form={resources} prefix="/resources" isPlain />
        </>
      )}
    </FormDialog>
  );
}
