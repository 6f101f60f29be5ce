import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { ConfirmDialog } from '../confirm-dialog';
import { TextField } from '../fields';
import { notify } from '../flash';
import { FormDialog } from '../form-dialog';
import { useForm } from '../use-form';
import { panelUserTexts } from './texts';

export type PanelUser = Schemas['PanelUser'];

// AddPanelUser adds a panel user to a customer.
export function AddPanelUser({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const texts = useTexts(panelUserTexts);
  const common = useTexts(shared);
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: '', email: '', login: '', password: '' },
    check: (values) => Object.fromEntries((['name', 'email', 'login'] as const)
      .filter((name) => values[name].trim() === '').map((name) => [`/${name}`, common.required])),
    send: ({ name, email, login, password }) => call(api.POST('/v1/customers/{customerId}/panel-users', {
      params: { path: { customerId } },
      body: { name: name.trim(), email: email.trim(), login: login.trim(), password: password || undefined },
    })),
    done: ({ name }) => {
      void queries.invalidateQueries({ queryKey: ['panel-users'] });
      notify({ type: 'success', content: texts.added(name) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.add} onClose={onClose}>
      <TextField form={form} name="name" label={texts.name} autoFocus />
      <TextField form={form} name="email" label={texts.email} type="email" />
      <TextField form={form} name="login" label={texts.login} />
      <TextField form={form} name="password" label={texts.password} type="password" autoComplete="new-password" hint={texts.passwordHint} optional />
    </FormDialog>
  );
}

// RemovePanelUser removes a panel user after a confirmation.
export function RemovePanelUser({ user, onClose }: { user: PanelUser; onClose: () => void }) {
  const texts = useTexts(panelUserTexts);
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      title={texts.removeTitle(user.name)}
      send={() => call(api.DELETE('/v1/panel-users/{userId}', { params: { path: { userId: user.id } } }))}
      done={() => {
        void queries.invalidateQueries({ queryKey: ['panel-users'] });
        notify({ type: 'success', content: texts.removed(user.name) });
        onClose();
      }}
      onClose={onClose}
    >
      {texts.removeLead}
    </ConfirmDialog>
  );
}
