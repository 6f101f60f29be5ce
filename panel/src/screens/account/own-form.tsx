import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../components/form-dialog';
import type { Form } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';

interface OwnFormProps<V> { form: Form<V>; submit: string; conflict?: ReactNode; children: ReactNode }

// OwnForm is a form within a tab of the account.
export function OwnForm<V>({ form, submit, conflict, children }: OwnFormProps<V>) {
  const common = useTexts(shared);
  const isConflict = form.problem?.code === 'version-mismatch' && conflict;
  return (
    <form
      noValidate
      className="tn-own-form"
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Container>
        <SpaceBetween size="m">
          {isConflict ? conflict : <ProblemAlert problem={form.problem} />}
          {children}
          <Box float="right">
            <Button variant="primary" formAction="submit" loading={form.isPending} loadingText={common.loading}>{submit}</Button>
          </Box>
        </SpaceBetween>
      </Container>
    </form>
  );
}
