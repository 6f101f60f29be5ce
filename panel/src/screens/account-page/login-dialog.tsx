import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { api, callWithTag } from '../../api/client';
import { Field, TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { loadAccount, type Account } from './account';
import type { AccountDialogProps } from './contact-dialog';
import { createPassword } from './password';
import { ResetLink } from './reset-link';
import { accountTexts } from './texts';

interface Values { login: string; password: string; notify: boolean }

// LoginDialog changes login and password, and makes password reset links (guide: Changing Username and Password, Resetting
// a Password).
export function LoginDialog({ account: { kind, current, changed }, close }: AccountDialogProps) {
  const texts = useTexts(accountTexts).loginDialog;
  const common = useTexts(shared);
  const [isVisible, setVisible] = useState(false);
  const [hasLink, setHasLink] = useState(false); // whether a link was shown or sent
  const { id, contact } = current.data;
  const { form, conflict } = useVersionedForm<Values, Account>({
    current,
    valuesOf: ({ login }) => ({ login, password: '', notify: false }),
    labels: { login: texts.login, password: texts.password, notify: texts.notify },
    check: ({ login }): Record<string, string> => (login.trim() === '' ? { '/login': common.required } : {}),
    reload: () => loadAccount(kind, id),
    send: async (changes, etag, values) => {
      const body = { login: changes.login?.trim(), password: changes.password || undefined, notify: values.notify };
      if (!body.login && !body.password) return undefined;
      return callWithTag(api.PUT('/v1/customers/{customerId}/login', {
        params: { path: { customerId: id }, header: { 'If-Match': etag } }, body,
      }));
    },
    done: (saved) => {
      if (saved) {
        changed(saved);
        notify({ type: 'success', content: texts.changed });
      }
      close();
    },
  });
  return (
    <FormDialog form={form} title={texts.title(contact.name)} conflict={conflict} isDone={hasLink} onClose={close}>
      <TextField form={form} name="login" label={texts.login} hint={texts.loginHint} autoFocus />
      <Field form={form} name="password" label={texts.password} hint={texts.passwordHint} optional>
        <PasswordInput
          value={form.values.password}
          isVisible={isVisible}
          setVisible={setVisible}
          onChange={(value) => { form.set('password', value); }}
        />
      </Field>
      <Checkbox checked={form.values.notify} description={texts.notifyHint} onChange={({ detail }) => { form.set('notify', detail.checked); }}>
        {texts.notify}
      </Checkbox>
      <p className="tn-hint">{texts.lead}</p>
      <ResetLink
        account={current.data}
        done={() => {
          setHasLink(true);
          changed();
        }}
      />
    </FormDialog>
  );
}

interface PasswordInputProps { value: string; isVisible: boolean; setVisible: (isVisible: boolean) => void; onChange: (value: string) => void }

function PasswordInput({ value, isVisible, setVisible, onChange }: PasswordInputProps) {
  const texts = useTexts(accountTexts).loginDialog;
  return (
    <div className="tn-input-with-buttons">
      <Input
        name="password"
        type={isVisible ? 'text' : 'password'}
        value={value}
        autoComplete="new-password"
        spellcheck={false}
        nativeInputAttributes={{ autoCapitalize: 'none' }}
        onChange={({ detail }) => { onChange(detail.value); }}
      />
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          formAction="none"
          ariaLabel={`${isVisible ? texts.hide : texts.show}: ${texts.password}`}
          onClick={() => { setVisible(!isVisible); }}
        >
          {isVisible ? texts.hide : texts.show}
        </Button>
        <Button
          formAction="none"
          onClick={() => {
            onChange(createPassword());
            setVisible(true);
          }}
        >
          {texts.generate}
        </Button>
      </SpaceBetween>
    </div>
  );
}
