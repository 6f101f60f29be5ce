import Button from '@cloudscape-design/components/button';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { countOf, isEmpty, type Selection } from './selection';

interface SelectionBarProps {
  selection: Selection<unknown>;
  pageIsSelected: boolean;
  total: number | undefined;
  hasMore: boolean;
  canSelectMatching: boolean;
  selectMatching: () => void;
  clear: () => void;
}

// SelectionBar says what is selected. Once the page is selected, it offers to select everything that matches.
export function SelectionBar(props: SelectionBarProps) {
  const { selection, total } = props;
  const texts = useTexts(shared).list;
  const format = useFormat();
  if (isEmpty(selection)) return null;
  const count = countOf(selection);
  let text = count === undefined ? texts.allSelectedUncounted : texts.allSelected(format.number(count));
  if (selection.kind === 'items') text = texts.selected(format.number(selection.items.length));
  const offersMatching = props.canSelectMatching && props.hasMore && props.pageIsSelected && selection.kind === 'items';
  return (
    <div className="tn-selection" role="status">
      <span>{text}</span>
      {offersMatching && (
        <Button variant="inline-link" onClick={props.selectMatching}>
          {total === undefined ? texts.selectAllUncounted : texts.selectAll(format.number(total))}
        </Button>
      )}
      <Button variant="inline-link" onClick={props.clear}>{texts.clearSelection}</Button>
    </div>
  );
}
