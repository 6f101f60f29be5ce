import FormField from '@cloudscape-design/components/form-field';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../../../texts/catalogue';
import { shared } from '../../../texts/shared';
import { CUSTOM, type Choice } from './choice';
import { onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';

interface PlanChoiceProps {
  target: Target;
  label: string; // "Reseller plan" or "Service plan"
  plans: { value: string; label: string }[] | undefined; // undefined while they are read
  choice: Choice;
  onChange: (choice: Choice) => void;
}

const mostRows = 100; // with more customers, only the plan for all can be chosen

// PlanChoice chooses a plan, or Custom, for each customer. Custom is selected until the user chooses.
export function PlanChoice({ target, label, plans, choice, onChange }: PlanChoiceProps) {
  const texts = useTexts(actionTexts);
  if (target.kind === 'matching') return <p className="tn-lead">{texts.customForMatching}</p>;
  const options = [{ value: CUSTOM, label: texts.custom }, ...(plans ?? [])];
  const selectPlan = (value: string, select: (plan: string) => void, ariaLabel?: string) => (
    <PlanSelect options={options} isLoading={plans === undefined} value={value} select={select} ariaLabel={ariaLabel} />
  );
  const forAll = (
    <FormField label={onlyCustomer(target) ? label : texts.planForAll}>
      {selectPlan(choice.forAll, (plan) => { onChange({ forAll: plan, single: {} }); })}
    </FormField>
  );
  if (target.customers.length === 1 || target.customers.length > mostRows) return forAll;
  return (
    <SpaceBetween size="s">
      {forAll}
      <div className="tn-plans">
        <table>
          <thead><tr><th scope="col">{texts.customer}</th><th scope="col">{label}</th></tr></thead>
          <tbody>
            {target.customers.map(({ id, name }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>
                  {selectPlan(choice.single[id] ?? choice.forAll, (plan) => {
                    onChange({ ...choice, single: { ...choice.single, [id]: plan } });
                  }, `${label}: ${name}`)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </SpaceBetween>
  );
}

interface PlanSelectProps {
  options: SelectProps.Option[];
  isLoading: boolean;
  value: string;
  select: (plan: string) => void;
  ariaLabel?: string;
}

function PlanSelect({ options, isLoading, value, select, ariaLabel }: PlanSelectProps) {
  const texts = useTexts(shared);
  return (
    <Select
      ariaLabel={ariaLabel}
      expandToViewport
      options={options}
      statusType={isLoading ? 'loading' : 'finished'}
      loadingText={texts.loading}
      filteringType={options.length > 10 ? 'auto' : 'none'}
      filteringPlaceholder={texts.list.search}
      selectedOption={options.find((option) => option.value === value) ?? null}
      onChange={({ detail }) => { select(detail.selectedOption.value ?? CUSTOM); }}
    />
  );
}
