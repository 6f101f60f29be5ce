import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { ResourceList, type Column } from '../list/resource-list';
import { Time } from '../time';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { websiteTexts } from './texts';
import { AddWebsite, RemoveWebsite } from './website-dialogs';
import { WebsiteSwitch, type Website } from './website-switch';

interface WebsiteListProps {
  subscriptionId: string;
  canAdd: boolean; // whether the caller may add websites to the subscription
  title?: string;
}

// WebsiteList shows the websites of a subscription: it switches them off and on, adds and removes them.
export function WebsiteList({ subscriptionId, canAdd, title }: WebsiteListProps) {
  const texts = useTexts(websiteTexts);
  const role = useRole();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Website>();
  const add = canAdd && <Button onClick={() => { setAdding(true); }}>{texts.add}</Button>;
  const columns: Column<Website>[] = [
    { id: 'domain', header: texts.domain, maxWidth: 320, cell: ({ domain }) => domain },
    { id: 'status', header: texts.status, cell: (website) => <WebsiteSwitch website={website} /> },
    { id: 'created', header: texts.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
  ];
  if (role !== 'panel-user') {
    columns.push({
      id: 'actions', header: texts.actions,
      cell: (website) => (
        <Button variant="inline-icon" iconName="remove" ariaLabel={texts.removeOf(website.domain)} onClick={() => { setRemoving(website); }} />
      ),
    });
  }
  return (
    <>
      <ResourceList<Website>
        name="websites"
        scope={subscriptionId}
        variant="container"
        title={title ?? texts.title}
        load={({ limit, cursor, signal }) => call(api.GET('/v1/subscriptions/{subscriptionId}/websites', {
          params: { path: { subscriptionId }, query: { limit, cursor: cursor || undefined } }, signal,
        }))}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ domain }) => domain}
        actions={() => add}
        empty={(
          <Box textAlign="center" padding={{ vertical: 'l' }}>
            <SpaceBetween size="s">
              <Box variant="strong">{texts.emptyTitle}</Box>
              <Box color="text-body-secondary">{canAdd ? texts.emptyLead : texts.emptyLeadReadOnly}</Box>
              {add}
            </SpaceBetween>
          </Box>
        )}
      />
      {isAdding && <AddWebsite subscriptionId={subscriptionId} onClose={() => { setAdding(false); }} />}
      {removing && <RemoveWebsite website={removing} onClose={() => { setRemoving(undefined); }} />}
    </>
  );
}
