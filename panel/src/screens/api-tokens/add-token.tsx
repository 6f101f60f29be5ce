import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { Field, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/form-dialog';
import { useForm } from '../../components/use-form';
import { useMe } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { tokenTexts } from './texts';

type Scope = Schemas['NewAPIToken']['scopes'][number];

const lifetimes = ['30', '90', '180', '365']; // in days; the API accepts at most 400
const day = 24 * 60 * 60 * 1000;

// AddToken creates an API token. Its scopes are among the caller's own permissions.
export function AddToken({ onClose, onAdded }: { onClose: () => void; onAdded: (token: Schemas['ShownToken']) => void }) {
  const texts = useTexts(tokenTexts);
  const common = useTexts(shared);
  const format = useFormat();
  const queries = useQueryClient();
  const own = useMe().permissions as Scope[];
  const form = useForm({
    initial: { name: '', scopes: [] as Scope[], days: '90', current: '' },
    check: ({ name, scopes, current }) => ({
      ...(name.trim() === '' && { '/name': common.required }),
      ...(scopes.length === 0 && { '/scopes': texts.noScopes }),
      ...(current === '' && { '/current': common.required }),
    }),
    send: ({ name, scopes, days, current }) => call(api.POST('/v1/api-tokens', {
      body: { name: name.trim(), scopes, current, expiresAt: new Date(Date.now() + Number(days) * day).toISOString() },
    })),
    done: (token) => {
      void queries.invalidateQueries({ queryKey: ['api-tokens'] });
      onAdded(token);
    },
  });
  const { scopes } = form.values;
  return (
    <FormDialog form={form} title={texts.add} onClose={onClose}>
      <TextField form={form} name="name" label={texts.name} hint={texts.nameHint} autoFocus />
      <Field form={form} name="scopes" label={texts.scopes} hint={texts.scopesHint}>
        <SpaceBetween size="xs">
          {own.map((scope) => (
            <Checkbox
              key={scope}
              checked={scopes.includes(scope)}
              description={texts.scopeHints[scope]}
              onChange={({ detail }) => {
                form.set('scopes', detail.checked ? [...scopes, scope] : scopes.filter((other) => other !== scope));
              }}
            >
              {texts.scopeNames[scope]}
            </Checkbox>
          ))}
        </SpaceBetween>
      </Field>
      <SelectField
        form={form}
        name="days"
        pointer="/expiresAt"
        label={texts.expiry}
        options={lifetimes.map((value) => ({ value, label: texts.days(format.number(Number(value))) }))}
      />
      <TextField form={form} name="current" label={texts.current} type="password" autoComplete="current-password" />
    </FormDialog>
  );
}
