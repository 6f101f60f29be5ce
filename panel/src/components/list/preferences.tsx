import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import type { ListPreferences } from '../../preferences';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';

interface Choice { id: string; header: string; isOptional?: boolean }

interface ListPreferencesButtonProps {
  columns: Choice[];
  visible: string[];
  pageSize: number;
  wrapLines: boolean;
  onChange: (part: ListPreferences) => void;
}

const sizes = [25, 50, 100];

// ListPreferencesButton opens the dialog with the page size and the columns of a list.
export default function ListPreferencesButton({ columns, visible, pageSize, wrapLines, onChange }: ListPreferencesButtonProps) {
  const texts = useTexts(shared);
  return (
    <CollectionPreferences
      title={texts.list.preferences}
      confirmLabel={texts.list.apply}
      cancelLabel={texts.cancel}
      preferences={{ pageSize, wrapLines, visibleContent: visible }}
      pageSizePreference={{
        title: texts.list.pageSize,
        options: sizes.map((value) => ({ value, label: texts.list.pageSizeOption(value) })),
      }}
      wrapLinesPreference={{ label: texts.list.wrapLines, description: texts.list.wrapLinesLead }}
      visibleContentPreference={{
        title: texts.list.columns,
        options: [{
          label: texts.list.columns,
          options: columns.map(({ id, header, isOptional }) => ({ id, label: header, editable: isOptional ?? false })),
        }],
      }}
      onConfirm={({ detail }) => {
        onChange({
          pageSize: detail.pageSize, wrapLines: detail.wrapLines,
          columns: detail.visibleContent ? [...detail.visibleContent] : undefined,
        });
      }}
    />
  );
}
