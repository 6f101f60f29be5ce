import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { notify } from '../../components/flash';
import { EmptyList } from '../../components/list/empty-list';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { useScreenTitle } from '../../components/screen';
import { Time } from '../../components/time';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { AddToken } from './add-token';
import { ShownTokenDialog } from './shown-token';
import { tokenTexts } from './texts';

type Token = Schemas['TokenView'];

// ApiTokens is the list of the caller's API tokens.
export default function ApiTokens() {
  const texts = useTexts(tokenTexts);
  const format = useFormat();
  const [isAdding, setAdding] = useState(false);
  const [shown, setShown] = useState<Schemas['ShownToken']>();
  const [removing, setRemoving] = useState<Token>();
  useScreenTitle(texts.title);
  const names: Record<string, string> = texts.scopeNames;
  const add = <Button variant="primary" onClick={() => { setAdding(true); }}>{texts.add}</Button>;
  const columns: Column<Token>[] = [
    { id: 'name', header: texts.name, maxWidth: 240, cell: ({ name }) => name },
    {
      id: 'scopes', header: texts.scopes, isOptional: true, maxWidth: 480,
      cell: ({ scopes }) => format.list(scopes.map((scope) => names[scope] ?? scope)),
    },
    { id: 'expires', header: texts.expires, cell: ({ expiresAt }) => <Time at={expiresAt} dateOnly /> },
    { id: 'created', header: texts.created, isOptional: true, cell: ({ createdAt }) => <Time at={createdAt} dateOnly /> },
    {
      id: 'actions', header: texts.actions,
      cell: (token) => (
        <Button variant="inline-icon" iconName="remove" ariaLabel={texts.removeOf(token.name)} onClick={() => { setRemoving(token); }} />
      ),
    },
  ];
  return (
    <>
      <ResourceList<Token>
        name="api-tokens"
        title={texts.title}
        description={texts.lead}
        load={({ signal }) => call(api.GET('/v1/api-tokens', { signal }))}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        actions={() => add}
        empty={<EmptyList title={texts.emptyTitle} lead={texts.lead}>{add}</EmptyList>}
      />
      {isAdding && (
        <AddToken
          onClose={() => { setAdding(false); }}
          onAdded={(token) => {
            setAdding(false);
            setShown(token);
          }}
        />
      )}
      {shown && <ShownTokenDialog token={shown} onClose={() => { setShown(undefined); }} />}
      {removing && <RemoveToken token={removing} onClose={() => { setRemoving(undefined); }} />}
    </>
  );
}

function RemoveToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const texts = useTexts(tokenTexts);
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      title={texts.removeTitle(token.name)}
      send={() => call(api.DELETE('/v1/api-tokens/{tokenId}', { params: { path: { tokenId: token.id } } }))}
      done={() => {
        void queries.invalidateQueries({ queryKey: ['api-tokens'] });
        notify({ type: 'success', content: texts.removed(token.name) });
        onClose();
      }}
      onClose={onClose}
    >
      {texts.removeLead}
    </ConfirmDialog>
  );
}
