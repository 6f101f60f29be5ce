import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId, type ReactNode } from 'react';
import type { Form } from '../use-form';
import { useTexts } from '../../texts/catalogue';
import { useProblemTexts } from '../../texts/problem-text';
import { measuresOf, type Measure, type Quantity } from './quantity';
import { resourceTexts } from './texts';
import { useResourceNames } from './use-resources';
import { allotmentField, allotmentsOf, applicationField, permissionField, type Descriptor, type Holder, type ResourceValues } from './values';

// ResourceForm is a form that has resources among its values.
export type ResourceForm = Pick<Form<ResourceValues>, 'values' | 'set' | 'problem' | 'checked'>;

interface ResourceEditorProps {
  descriptor: Descriptor;
  holder: Holder;
  form: ResourceForm;
  prefix?: string; // where the API reports problems of the resources, such as /resources
  isPlain?: boolean; // without frames, as in a dialog
}

// ResourceEditor edits the resources of a plan, a subscription or a reseller. What there is to edit comes from the API's
// descriptor.
export function ResourceEditor({ descriptor, holder, form, prefix = '', isPlain = false }: ResourceEditorProps) {
  const texts = useTexts(resourceTexts);
  const names = useResourceNames();
  const problems = useProblemTexts();
  const Section = isPlain ? PlainSection : FramedSection;
  const allotments = allotmentsOf(descriptor, holder);
  const { values, set } = form;
  const errorAt = (pointer: string) => form.checked[prefix + pointer] ?? problems.field(form.problem?.at(prefix + pointer));
  return (
    <SpaceBetween size="l">
      <Section title={texts.allotments}>
        <div className="tn-allotments">
          {allotments.map((allotment) => {
            const field = allotmentField(allotment.name);
            const quantity = values[field];
            return quantity && (
              <QuantityField
                key={field}
                label={names.name(allotment)}
                hint={allotment.unit === 'bytes-per-month' ? texts.perMonth : undefined}
                measures={measuresOf(allotment.unit)}
                quantity={quantity}
                error={errorAt(field)}
                onChange={(next) => { set(field, next); }}
              />
            );
          })}
        </div>
      </Section>
      <Section title={texts.permissions}>
        <FormField errorText={errorAt('/permissions')} stretch>
          <SpaceBetween size="s">
            {descriptor.permissions.map((permission) => (
              <Checkbox
                key={permission.name}
                checked={values[permissionField(permission.name)] ?? false}
                description={texts.without(names.action(permission))}
                onChange={({ detail }) => { set(permissionField(permission.name), detail.checked); }}
              >
                {names.name(permission)}
              </Checkbox>
            ))}
          </SpaceBetween>
        </FormField>
      </Section>
      <Section title={texts.applications}>
        <FormField errorText={errorAt('/applications')} stretch>
          <SpaceBetween size="s">
            {descriptor.applications.map((application) => (
              <Checkbox
                key={application.name}
                checked={values[applicationField(application.name)] ?? false}
                onChange={({ detail }) => { set(applicationField(application.name), detail.checked); }}
              >
                {names.name(application)}
              </Checkbox>
            ))}
          </SpaceBetween>
        </FormField>
      </Section>
    </SpaceBetween>
  );
}

interface SectionProps { title: string; children: ReactNode }

const FramedSection = ({ title, children }: SectionProps) => (
  <Container header={<Header variant="h2">{title}</Header>}>{children}</Container>
);

const PlainSection = ({ title, children }: SectionProps) => (
  <SpaceBetween size="s"><Header variant="h3">{title}</Header>{children}</SpaceBetween>
);

interface QuantityFieldProps {
  label: string;
  hint: string | undefined;
  measures: readonly Measure[];
  quantity: Quantity;
  error: string;
  onChange: (quantity: Quantity) => void;
}

// QuantityField edits one allotment: an amount with its unit, or unlimited. The label of the field is part of the names of
// all three controls.
function QuantityField({ label, hint, measures, quantity, error, onChange }: QuantityFieldProps) {
  const texts = useTexts(resourceTexts);
  const id = useId();
  const known = measures.includes(quantity.measure) ? measures : [quantity.measure, ...measures];
  const options = known.map((measure) => ({ value: measure, label: measure }));
  return (
    <FormField label={hint ? <>{label} <i>– {hint}</i></> : label} errorText={error} stretch>
      <div className="tn-quantity">
        <Input
          inputMode="decimal"
          value={quantity.isUnlimited ? '' : quantity.amount}
          placeholder={quantity.isUnlimited ? texts.unlimited : undefined}
          disabled={quantity.isUnlimited}
          onChange={({ detail }) => { onChange({ ...quantity, amount: detail.value }); }}
        />
        {options.length > 1 && (
          <Select
            controlId={`${id}-measure`}
            options={options}
            disabled={quantity.isUnlimited}
            selectedOption={options.find(({ value }) => value === quantity.measure) ?? null}
            onChange={({ detail }) => { onChange({ ...quantity, measure: detail.selectedOption.value as Measure }); }}
          />
        )}
        <Checkbox
          checked={quantity.isUnlimited}
          controlId={`${id}-unlimited`}
          onChange={({ detail }) => { onChange({ ...quantity, isUnlimited: detail.checked }); }}
        >
          {texts.unlimited}
        </Checkbox>
      </div>
    </FormField>
  );
}
