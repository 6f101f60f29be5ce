import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { TextField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { ResourceList, type Column, type ListRequest } from '../../components/list/resource-list';
import { Status } from '../../components/status';
import { Time } from '../../components/time';
import { useForm } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { accountTexts } from './texts';

type User = Schemas['PanelUser'];

// PanelUsers lists the panel users of an account, adds and removes them.
export function PanelUsers({ id }: { id: string }) {
  const all = useTexts(accountTexts);
  const texts = all.users;
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<User>();
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ['panel-users', id] });
    void queries.invalidateQueries({ queryKey: ['trail', id] });
  };
  const columns: Column<User>[] = [
    { id: 'name', header: texts.name, cell: ({ name }) => name },
    { id: 'login', header: texts.login, isOptional: true, cell: ({ login }) => login },
    {
      id: 'email', header: texts.email, isOptional: true,
      cell: ({ email, mailTrouble }) => <>{email}{mailTrouble && <div className="tn-faint">{all.mailTrouble[mailTrouble.kind]}</div>}</>,
    },
    { id: 'status', header: texts.status, isOptional: true, cell: ({ status }) => <Status status={status} /> },
    { id: 'created', header: texts.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
    {
      id: 'actions', header: '', cell: (user) => (
        <Button variant="inline-link" ariaLabel={texts.removeLabel(user.name)} onClick={() => { setRemoving(user); }}>{all.remove}</Button>
      ),
    },
  ];
  const load = ({ limit, cursor, signal }: ListRequest) => call(api.GET('/v1/customers/{customerId}/panel-users', {
    params: { path: { customerId: id }, query: { limit, cursor: cursor || undefined } }, signal,
  }));
  return (
    <>
      <ResourceList<User>
        name="panel-users"
        scope={id}
        title={all.tabs.users}
        variant="container"
        load={load}
        columns={columns}
        idOf={(user) => user.id}
        nameOf={({ name }) => name}
        actions={() => <Button onClick={() => { setAdding(true); }}>{texts.add}</Button>}
        empty={(
          <Box textAlign="center" padding={{ vertical: 'm' }}>
            <SpaceBetween size="xs">
              <Box variant="strong">{texts.empty}</Box>
              <Box color="text-body-secondary">{texts.emptyLead}</Box>
            </SpaceBetween>
          </Box>
        )}
      />
      {isAdding && <AddUser id={id} changed={changed} close={() => { setAdding(false); }} />}
      {removing && <RemoveUser user={removing} changed={changed} close={() => { setRemoving(undefined); }} />}
    </>
  );
}

interface DialogProps { changed: () => void; close: () => void }

function AddUser({ id, changed, close }: DialogProps & { id: string }) {
  const texts = useTexts(accountTexts).users;
  const common = useTexts(shared);
  const form = useForm({
    initial: { name: '', email: '', login: '', password: '' },
    check: ({ name, email, login }) => ({
      '/name': name.trim() === '' ? common.required : undefined, '/email': email.trim() === '' ? common.required : undefined,
      '/login': login.trim() === '' ? common.required : undefined,
    }),
    send: ({ name, email, login, password }) => call(api.POST('/v1/customers/{customerId}/panel-users', {
      params: { path: { customerId: id } },
      body: { name: name.trim(), email: email.trim(), login: login.trim(), password: password || undefined },
    })),
    done: (user) => {
      changed();
      notify({ type: 'success', content: texts.added(user.name) });
      close();
    },
  });
  return (
    <FormDialog form={form} title={texts.add} onClose={close}>
      <TextField form={form} name="name" label={texts.name} autoFocus />
      <TextField form={form} name="email" type="email" label={texts.email} />
      <TextField form={form} name="login" label={texts.login} />
      <TextField form={form} name="password" type="password" label={texts.password} hint={texts.passwordHint} autoComplete="new-password" optional />
    </FormDialog>
  );
}

function RemoveUser({ user, changed, close }: DialogProps & { user: User }) {
  const texts = useTexts(accountTexts).users;
  return (
    <ConfirmDialog
      title={texts.removeTitle(user.name)}
      send={() => call(api.DELETE('/v1/panel-users/{userId}', { params: { path: { userId: user.id } } }))}
      done={() => {
        changed();
        notify({ type: 'success', content: texts.removed(user.name) });
        close();
      }}
      onClose={close}
    >
      <p className="tn-lead">{texts.removeLead}</p>
    </ConfirmDialog>
  );
}
