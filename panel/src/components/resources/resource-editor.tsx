import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/catalogue';
import { measuresOf, type Measure, type Quantity } from './quantity';
import { resourceTexts } from './texts';
import { useResourceNames } from './use-resources';
import { allotmentsOf, type Descriptor, type Holder, type ResourceValues } from './values';

interface ResourceEditorProps {
  descriptor: Descriptor;
  holder: Holder;
  values: ResourceValues;
  onChange: (values: ResourceValues) => void;
  errorAt: (pointer: string) => string; // what is wrong at a JSON pointer within the resources, such as /allotments/max_site
  isPlain?: boolean; // without frames, as in a dialog
}

// ResourceEditor edits the resources of a plan, a subscription or a reseller. What there is to edit comes from the API's
// descriptor.
export function ResourceEditor({ descriptor, holder, values, onChange, errorAt, isPlain = false }: ResourceEditorProps) {
  const texts = useTexts(resourceTexts);
  const names = useResourceNames();
  const Section = isPlain ? PlainSection : FramedSection;
  const allotments = allotmentsOf(descriptor, holder);
  const setQuantity = (name: string, quantity: Quantity) => {
    onChange({ ...values, allotments: { ...values.allotments, [name]: quantity } });
  };
  return (
    <SpaceBetween size="l">
      <Section title={texts.allotments}>
        <div className="tn-allotments">
          {allotments.map((allotment) => {
            const quantity = values.allotments[allotment.name];
            return quantity && (
              <QuantityField
                key={allotment.name}
                label={names.name(allotment)}
                hint={allotment.unit === 'bytes-per-month' ? texts.perMonth : undefined}
                measures={measuresOf(allotment.unit)}
                quantity={quantity}
                error={errorAt(`/allotments/${allotment.name}`)}
                onChange={(next) => { setQuantity(allotment.name, next); }}
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
                checked={values.permissions[permission.name] ?? false}
                description={texts.without(names.action(permission))}
                onChange={({ detail }) => {
                  onChange({ ...values, permissions: { ...values.permissions, [permission.name]: detail.checked } });
                }}
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
                checked={values.applications.includes(application.name)}
                onChange={({ detail }) => {
                  const others = values.applications.filter((name) => name !== application.name);
                  onChange({ ...values, applications: detail.checked ? [...others, application.name].sort() : others });
                }}
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

// QuantityField edits one allotment: an amount with its unit, or unlimited.
function QuantityField({ label, hint, measures, quantity, error, onChange }: QuantityFieldProps) {
  const texts = useTexts(resourceTexts);
  const known = measures.includes(quantity.measure) ? measures : [quantity.measure, ...measures];
  const options = known.map((measure) => ({ value: measure, label: measure }));
  return (
    <FormField label={hint ? <>{label} <i>– {hint}</i></> : label} errorText={error} stretch>
      <div className="tn-quantity">
        <Input
          ariaLabel={label}
          inputMode="decimal"
          value={quantity.isUnlimited ? '' : quantity.amount}
          placeholder={quantity.isUnlimited ? texts.unlimited : undefined}
          disabled={quantity.isUnlimited}
          onChange={({ detail }) => { onChange({ ...quantity, amount: detail.value }); }}
        />
        {options.length > 1 && (
          <Select
            ariaLabel={texts.measureOf(label)}
            options={options}
            disabled={quantity.isUnlimited}
            selectedOption={options.find(({ value }) => value === quantity.measure) ?? null}
            onChange={({ detail }) => { onChange({ ...quantity, measure: detail.selectedOption.value as Measure }); }}
          />
        )}
        <Checkbox
          checked={quantity.isUnlimited}
          ariaLabel={texts.unlimitedOf(label)}
          onChange={({ detail }) => { onChange({ ...quantity, isUnlimited: detail.checked }); }}
        >
          {texts.unlimited}
        </Checkbox>
      </div>
    </FormField>
  );
}
