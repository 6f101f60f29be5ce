import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useTexts } from '../../texts/catalogue';
import { accountTexts } from './texts';

// Action is what the sidebar does with the account. Each one opens a dialog.
export type Action = 'contact' | 'login' | 'description' | 'administrator-description' | 'suspend' | 'activate' | 'convert' | 'move' | 'remove';

interface ChangeStatusProps { status: 'active' | 'suspended'; disabled: boolean; open: (action: Action) => void }

// ChangeStatus is the guide's menu Change Status. A suspended account can be suspended again, which changes the reason and
// the end.
export function ChangeStatus({ status, disabled, open }: ChangeStatusProps) {
  const texts = useTexts(accountTexts);
  return (
    <ButtonDropdown
      disabled={disabled}
      items={[{ id: 'suspend', text: texts.suspend }, { id: 'activate', text: texts.activate, disabled: status === 'active' }]}
      onItemClick={({ detail }) => { open(detail.id as Action); }}
    >
      {texts.changeStatus}
    </ButtonDropdown>
  );
}
