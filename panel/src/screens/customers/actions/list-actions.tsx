import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import type { Customer, Schemas } from '../../../api/client';
import { isEmpty, type Selection } from '../../../components/list/selection';
import { useRole } from '../../../session/use-me';
import { useTexts } from '../../../texts/catalogue';
import { asTarget, type Action, type Target } from './target';
import { actionTexts } from './texts';
import { useCustomerActions } from './use-customer-actions';

interface ListActionsProps {
  selection: Selection<Customer>;
  filter: Schemas['Filter']; // what the list shows
  clear: () => void; // forgets the selection
}

// ListActions are the guide's actions on the selected customers. Only the administrator converts and moves.
export function ListActions({ selection, filter, clear }: ListActionsProps) {
  const texts = useTexts(actionTexts);
  const isAdministrator = useRole() === 'administrator';
  const { open, dialog } = useCustomerActions(clear);
  const target: Target = selection.kind === 'items'
    ? { kind: 'items', customers: selection.items.map(asTarget) } : { kind: 'matching', filter, total: selection.total };
  const disabled = isEmpty(selection);
  const start = (action: Action) => () => { open(action, target); };
  return (
    <>
      <ButtonDropdown
        disabled={disabled}
        items={[{ id: 'suspend', text: texts.suspend }, { id: 'activate', text: texts.activate }]}
        onItemClick={({ detail }) => { open(detail.id as Action, target); }}
      >
        {texts.changeStatus}
      </ButtonDropdown>
      {isAdministrator && <Button disabled={disabled} onClick={start('convert')}>{texts.convert}</Button>}
      {isAdministrator && <Button disabled={disabled} onClick={start('move')}>{texts.move}</Button>}
      <Button disabled={disabled} onClick={start('remove')}>{texts.remove}</Button>
      {dialog}
    </>
  );
}
