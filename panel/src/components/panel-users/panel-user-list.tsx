import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { ResourceList, type Column } from '../list/resource-list';
import { Status } from '../status';
import { Time } from '../time';
import { AddPanelUser, RemovePanelUser, type PanelUser } from './panel-user-dialogs';
import { panelUserTexts } from './texts';

interface PanelUserListProps {
  customerId: string;
  variant?: 'full-page' | 'container';
}

// PanelUserList shows the panel users of a customer, adds some and removes them.
export function PanelUserList({ customerId, variant = 'container' }: PanelUserListProps) {
  const texts = useTexts(panelUserTexts);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<PanelUser>();
  const add = <Button variant={variant === 'full-page' ? 'primary' : 'normal'} onClick={() => { setAdding(true); }}>{texts.add}</Button>;
  const isNarrow = variant === 'container';
  const columns: Column<PanelUser>[] = [
    { id: 'name', header: texts.name, maxWidth: isNarrow ? 150 : 240, cell: ({ name }) => name },
    { id: 'login', header: texts.login, maxWidth: isNarrow ? 130 : undefined, cell: ({ login }) => login },
    {
      id: 'email', header: texts.email, isOptional: true, maxWidth: isNarrow ? 170 : 260,
      cell: ({ email, mailTrouble }) => <>{email}{mailTrouble && <div className="tn-faint">{texts.mailTrouble}</div>}</>,
    },
    { id: 'status', header: texts.status, isOptional: true, cell: ({ status }) => <Status status={status} /> },
    { id: 'created', header: texts.created, isOptional: true, isForWide: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
    {
      id: 'actions', header: texts.actions,
      cell: (user) => (
        <Button variant="inline-icon" iconName="remove" ariaLabel={texts.removeOf(user.name)} onClick={() => { setRemoving(user); }} />
      ),
    },
  ];
  return (
    <>
      <ResourceList<PanelUser>
        name="panel-users"
        scope={customerId}
        title={texts.title}
        description={texts.lead}
        variant={variant}
        load={({ limit, cursor, signal }) => call(api.GET('/v1/customers/{customerId}/panel-users', {
          params: { path: { customerId }, query: { limit, cursor: cursor || undefined } }, signal,
        }))}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        actions={() => add}
        empty={(
          <Box textAlign="center" padding={{ vertical: 'l' }}>
            <SpaceBetween size="s">
              <Box variant="strong">{texts.emptyTitle}</Box>
              <Box color="text-body-secondary">{texts.emptyLead}</Box>
              {add}
            </SpaceBetween>
          </Box>
        )}
      />
      {isAdding && <AddPanelUser customerId={customerId} onClose={() => { setAdding(false); }} />}
      {removing && <RemovePanelUser user={removing} onClose={() => { setRemoving(undefined); }} />}
    </>
  );
}
