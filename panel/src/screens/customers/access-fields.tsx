import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Field, TextField } from '../../components/fields';
import type { Form } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { addTexts } from './add-customer-texts';

export interface AccessValues { login: string; setsPassword: boolean; password: string }

// checkAccess returns what is missing, by pointer. required is the text to show.
export function checkAccess({ login, setsPassword, password }: AccessValues, required: string): Record<string, string | undefined> {
  return {
    '/login': login.trim() === '' ? required : undefined,
    '/password': setsPassword && password === '' ? required : undefined,
  };
}

// AccessFields are the login and the password of a new account. invitation is the label of the choice to send a link.
export function AccessFields<V extends AccessValues>({ form, invitation }: { form: Form<V>; invitation?: string }) {
  const texts = useTexts(addTexts);
  const access = form as unknown as Form<AccessValues>;
  return (
    <SpaceBetween size="m">
      <TextField form={access} name="login" label={texts.login} hint={texts.loginHint} />
      <Field form={access} name="setsPassword" label={texts.passwordChoice} pointer="">
        <RadioGroup
          value={String(access.values.setsPassword)}
          onChange={({ detail }) => { access.set('setsPassword', detail.value === 'true'); }}
          items={[
            { value: 'false', label: invitation ?? texts.invitation, description: texts.invitationHint },
            { value: 'true', label: texts.setNow, description: texts.setNowHint },
          ]}
        />
      </Field>
      {access.values.setsPassword && (
        <TextField form={access} name="password" type="password" autoComplete="new-password" label={texts.password} hint={texts.passwordHint} />
      )}
    </SpaceBetween>
  );
}
