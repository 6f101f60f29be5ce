import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import type { Customer, Schemas } from '../../../api/client';
import { isEmpty, type Selection } from '../../../components/list/selection';
import { useRole } from '../../../session/use-me';
import { useTexts } from '../../../texts/catalogue';
import { shared } from '../../../texts/shared';
import { asTarget, type Action, type Target } from './target';
import { actionTexts } from './texts';
import { useCustomerActions } from './use-customer-actions';

interface ListActionsProps {
  isCompact?: boolean; // whether there is no space for a button of each action
  selection: Selection<Customer>;
  filter: Schemas['Filter']; // what the list shows
  clear: () => void; // forgets the selection
}

// ListActions are the guide's actions on the selected customers. Only the administrator converts and moves.
export function ListActions({ isCompact = false, selection, filter, clear }: ListActionsProps) {
  const texts = useTexts(actionTexts);
  const common = useTexts(shared);
  const isAdministrator = useRole() === 'administrator';
  const { open, dialog } = useCustomerActions(clear);
  const target: Target = selection.kind === 'items'
    ? { kind: 'items', customers: selection.items.map(asTarget) } : { kind: 'matching', filter, total: selection.total };
  const disabled = isEmpty(selection);
  const others = isAdministrator ? (['convert', 'move', 'remove'] as const) : (['remove'] as const);
  return (
    <>
      <ButtonDropdown
        disabled={disabled}
        items={[{ id: 'suspend', text: texts.suspend }, { id: 'activate', text: texts.activate }]}
        onItemClick={({ detail }) => { open(detail.id as Action, target); }}
      >
        {texts.changeStatus}
      </ButtonDropdown>
      {isCompact
        ? (
          <ButtonDropdown
            disabled={disabled}
            items={others.map((id) => ({ id, text: texts[id] }))}
            onItemClick={({ detail }) => { open(detail.id as Action, target); }}
          >
            {common.menu.more}
          </ButtonDropdown>
        )
        : others.map((action) => <Button key={action} disabled={disabled} onClick={() => { open(action, target); }}>{texts[action]}</Button>)}
      {dialog}
    </>
  );
}
