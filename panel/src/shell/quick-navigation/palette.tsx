import Icon from '@cloudscape-design/components/icon';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { api, call } from '../../api/client';
import { screens } from '../../routes';
import { useMe } from '../../session/use-me';
import { useStore } from '../../store';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { Dialog } from './dialog';
import { groupsOf, type Entry, type Group } from './entries';
import { useCurrentActions } from './page-actions';
import { useReader } from './reader';
import { recent, visitsOf } from './recent';
import { quickTexts } from './texts';

interface PaletteProps { close: () => void }

const pause = 120; // milliseconds without typing after which the search starts
const mostVisible = 12; // lines that PageDown skips at most

// Palette is the quick navigation: a box whose matches are chosen with the arrow keys.
export default function Palette({ close }: PaletteProps) {
  const texts = useTexts(quickTexts);
  const format = useFormat();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState('');
  const { groups, isSearching, hasFailed } = useGroups(text);
  const entries = groups.flatMap((group) => group.entries);
  const [chosen, setChosen] = useState<string>();
  const index = Math.max(0, entries.findIndex(({ key }) => key === chosen));
  const current = entries[index];
  const optionId = (entry: Entry) => `${id} ${entry.key}`.replaceAll(/\s/g, '-');

  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    if (entry.href) void navigate(entry.href);
    entry.run?.();
  };
  const move = (next: number) => { setChosen(entries[(next + entries.length) % entries.length]?.key); };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    switch (event.key) {
      case 'ArrowDown': move(index + 1); break;
      case 'ArrowUp': move(index - 1); break;
      case 'PageDown': move(Math.min(index + mostVisible, entries.length - 1)); break;
      case 'PageUp': move(Math.max(index - mostVisible, 0)); break;
      case 'Enter': open(current); break;
      case 'Tab': break; // the box is the only place to be
      default: return;
    }
    event.preventDefault();
  };
  useEffect(() => {
    if (current) document.getElementById(optionId(current))?.scrollIntoView({ block: 'nearest' });
  });
  let outcome = entries.length === 1 ? texts.oneResult : texts.count(format.number(entries.length));
  if (entries.length === 0) outcome = isSearching ? texts.loading : texts.nothing;
  if (hasFailed) outcome = texts.failed;
  return (
    <Dialog className="tn-quick" label={texts.title} close={close}>
      <input
        type="text"
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={current && optionId(current)}
        aria-label={texts.title}
        placeholder={texts.placeholder[useReader()]}
        value={text}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => {
          setText(event.target.value);
          setChosen(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}list`} role="listbox" aria-label={texts.results} className="tn-quick-list">
        {groups.map((group) => (
          <GroupOf key={group.name} group={group} current={current} optionId={optionId} open={open} hover={(entry) => { setChosen(entry.key); }} />
        ))}
      </div>
      <div className="tn-quick-foot">
        <span role="status">{outcome}</span>
        <span aria-hidden="true" className="tn-quick-keys">
          <kbd><Icon name="arrow-up" size="small" /></kbd> <kbd><Icon name="arrow-down" size="small" /></kbd> {texts.keys.move}{' '}
          <kbd>Enter</kbd> {texts.keys.open} <kbd>Esc</kbd> {texts.keys.close}
        </span>
      </div>
    </Dialog>
  );
}

interface GroupProps {
  group: Group;
  current: Entry | undefined;
  optionId: (entry: Entry) => string;
  open: (entry: Entry) => void;
  hover: (entry: Entry) => void;
}

function GroupOf({ group, current, optionId, open, hover }: GroupProps) {
  const texts = useTexts(quickTexts);
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <div id={id} role="presentation" className="tn-quick-group">{texts[group.name]}</div>
      {group.entries.map((entry) => (
        // The box has the focus and takes all keys, so the lines need none.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={entry.key}
          id={optionId(entry)}
          role="option"
          aria-selected={entry === current}
          className="tn-quick-entry"
          onClick={() => { open(entry); }}
          onMouseMove={() => { if (entry !== current) hover(entry); }}
        >
          <span className="tn-quick-label">{entry.label}</span>
          <MatchText entry={entry} />
          <span className="tn-quick-kind">{texts.kinds[entry.kind]}</span>
        </div>
      ))}
    </div>
  );
}

// MatchText says what matched if the name does not show it, such as the login.
function MatchText({ entry: { label, match } }: { entry: Entry }) {
  const texts = useTexts(quickTexts).fields;
  if (!match || match.value === label) return null;
  return <span className="tn-quick-match">{texts[match.field]}: {match.value}</span>;
}

// useGroups returns the lines for the text. Objects are searched after a pause; a newer text aborts the search.
function useGroups(text: string): { groups: Group[]; isSearching: boolean; hasFailed: boolean } {
  const { account } = useMe();
  const language = useLanguage();
  const visits = visitsOf(useStore(recent), account.id);
  const actions = useCurrentActions();
  const wanted = text.trim();
  const searched = useAfterPause(wanted);
  const canSearch = account.kind === 'administrator' || account.kind === 'reseller';
  const query = useQuery({
    queryKey: ['navigate', searched],
    queryFn: ({ signal }) => call(api.GET('/v1/navigate', { params: { query: { q: searched } }, signal })),
    enabled: canSearch && searched !== '',
    placeholderData: (before) => (searched === '' ? undefined : before),
  });
  const menu = screens.filter((screen) => screen.menu && screen.roles.includes(account.kind))
    .map((screen) => ({ path: `/${screen.path}`, label: screen.menu?.[language] ?? '' }));
  const found = wanted === '' ? [] : query.data?.items ?? [];
  return {
    groups: groupsOf({ search: wanted, visits, actions, found, screens: menu }),
    isSearching: canSearch && wanted !== '' && (searched !== wanted || query.isFetching),
    hasFailed: wanted !== '' && query.isError,
  };
}

function useAfterPause(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(text); }, pause);
    return () => { clearTimeout(timer); };
  }, [text]);
  return text === '' ? '' : settled;
}
