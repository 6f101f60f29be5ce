import Checkbox from '@cloudscape-design/components/checkbox';
import { api, call } from '../../api/client';
import { TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { useForm } from '../../components/use-form';
import { session } from '../../session/session';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { OwnForm } from './own-form';
import { ownTexts } from './texts';

const empty = { current: '', password: '', repeat: '', keepTokens: false };

// PasswordTab changes the caller's password.
export function PasswordTab() {
  const texts = useTexts(ownTexts);
  const common = useTexts(shared);
  const form = useForm({
    initial: empty,
    check: ({ current, password, repeat }) => ({
      ...(current === '' && { '/current': common.required }),
      ...(password === '' && { '/password': common.required }),
      ...(password !== repeat && { '/repeat': texts.different }),
    }),
    send: ({ current, password, keepTokens }) => call(api.PUT('/v1/me/password', { body: { current, password, keepTokens } })),
    done: () => {
      form.reset(empty);
      notify({ type: 'success', content: texts.passwordChanged });
      void session.changed();
    },
  });
  return (
    <OwnForm form={form} submit={texts.changePassword}>
      <p className="tn-lead">{texts.passwordLead}</p>
      <TextField form={form} name="current" label={texts.current} type="password" autoComplete="current-password" />
      <TextField form={form} name="password" label={texts.newPassword} hint={texts.newPasswordHint} type="password" autoComplete="new-password" />
      <TextField form={form} name="repeat" label={texts.repeat} type="password" autoComplete="new-password" />
      <Checkbox
        checked={form.values.keepTokens}
        description={texts.keepTokensHint}
        onChange={({ detail }) => { form.set('keepTokens', detail.checked); }}
      >
        {texts.keepTokens}
      </Checkbox>
    </OwnForm>
  );
}
