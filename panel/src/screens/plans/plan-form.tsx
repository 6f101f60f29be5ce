import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { TextField } from '../../components/fields';
import { ProblemAlert } from '../../components/form-dialog';
import { ResourceEditor } from '../../components/resources/resource-editor';
import { checkValues, toSet, type Descriptor, type ResourceValues } from '../../components/resources/values';
import { resourceTexts } from '../../components/resources/texts';
import type { Form } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import type { PlanBody, PlanKind } from './kinds';
import { planTexts } from './texts';

export interface PlanValues extends ResourceValues { name: string; oversell: boolean }

// toBody returns the plan as the API wants it.
export function toBody(kind: PlanKind, descriptor: Descriptor, values: PlanValues): PlanBody {
  const { name, oversell } = values;
  return { name: name.trim(), ...toSet(descriptor, kind.holder, values), ...(kind.holder === 'reseller' && { oversell }) };
}

// usePlanCheck returns the function that checks the input before it is sent.
export function usePlanCheck() {
  const common = useTexts(shared);
  const texts = useTexts(resourceTexts);
  return (values: PlanValues) => ({
    ...(values.name.trim() === '' && { '/name': common.required }), ...checkValues(values, texts.invalid),
  });
}

interface PlanFormProps {
  kind: PlanKind;
  descriptor: Descriptor;
  form: Form<PlanValues>;
  conflict?: ReactNode;
  submit: string;
}

// PlanForm edits the name and the resources of a plan.
export function PlanForm({ kind, descriptor, form, conflict, submit }: PlanFormProps) {
  const texts = useTexts(planTexts);
  const common = useTexts(shared);
  const navigate = useNavigate();
  const isConflict = form.problem?.code === 'version-mismatch' && conflict;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{texts.general}</Header>}>
          <SpaceBetween size="m">
            <TextField form={form} name="name" label={texts.name} placeholder={texts.namePlaceholder} autoFocus={form.values.name === ''} />
            {kind.holder === 'reseller' && (
              <Checkbox
                checked={form.values.oversell}
                description={texts.oversellHint}
                onChange={({ detail }) => { form.set('oversell', detail.checked); }}
              >
                {texts.oversell}
              </Checkbox>
            )}
          </SpaceBetween>
        </Container>
        <ResourceEditor descriptor={descriptor} holder={kind.holder} form={form} />
        {isConflict ? conflict : <ProblemAlert problem={form.problem} />}
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => void navigate(`/${kind.name}`)}>{common.cancel}</Button>
            <Button variant="primary" formAction="submit" loading={form.isPending} loadingText={common.loading}>{submit}</Button>
          </SpaceBetween>
        </Box>
      </SpaceBetween>
    </form>
  );
}
