import SpaceBetween from '@cloudscape-design/components/space-between';
import { Failure, Loading } from '../../components/screen';
import { SelectField } from '../../components/fields';
import { ResourceEditor, type ResourceForm } from '../../components/resources/resource-editor';
import { useDescriptor } from '../../components/resources/use-resources';
import type { ResourceValues } from '../../components/resources/values';
import type { Form } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { CUSTOM, usePlans } from './data';
import { subscriptionTexts } from './texts';

export interface PlanChoice extends ResourceValues { servicePlan: string }

// PlanFields choose the service plan of a subscription. For Custom, they edit its own resources.
export function PlanFields<V extends PlanChoice>({ form, owner }: { form: Form<V>; owner?: string }) {
  const texts = useTexts(subscriptionTexts);
  const plans = usePlans(owner);
  const descriptor = useDescriptor();
  const resources: ResourceForm = { ...form, set: (name, value) => { form.set(name, value as V[typeof name]); } };
  const options = [
    { value: CUSTOM, label: texts.custom, description: texts.customHint },
    ...(plans.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <SpaceBetween size="l">
      <SelectField
        form={form}
        name="servicePlan"
        label={texts.plan}
        options={options}
        status={plans.isPending ? 'loading' : plans.isError ? 'error' : 'finished'}
        filter={options.length > 10}
      />
      {form.values.servicePlan === CUSTOM && descriptor.isPending && <Loading />}
      {form.values.servicePlan === CUSTOM && descriptor.isError && <Failure error={descriptor.error} retry={() => void descriptor.refetch()} />}
      {form.values.servicePlan === CUSTOM && descriptor.data && (
        <ResourceEditor descriptor={descriptor.data} holder="subscription" form={resources} prefix="/resources" isPlain />
      )}
    </SpaceBetween>
  );
}
