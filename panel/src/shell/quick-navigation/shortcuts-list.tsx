import { useId } from 'react';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { Dialog } from './dialog';
import { useReader } from './reader';
import { quickTexts } from './texts';

// Section is a title with its shortcuts: what they do, and their keys.
type Section = [string, [string, string[]][]];

// Shortcuts lists the keyboard shortcuts.
export default function Shortcuts({ close }: { close: () => void }) {
  const texts = useTexts(quickTexts).shortcuts;
  const common = useTexts(shared);
  const id = useId();
  const isManager = useReader() === 'managers';
  const customer: Section = [texts.customer, [[texts.next, ['n']], [texts.previous, ['p']]]];
  const sections: Section[] = [
    [texts.everywhere, [[texts.quick, ['Ctrl K', '/']], [texts.help, ['?']]]],
    [texts.lists, [
      [texts.down, ['j']], [texts.up, ['k']], [texts.select, ['x']], [texts.open, ['Enter']], [texts.search, ['f']],
      [texts.rows, [texts.arrowDown]],
    ]],
    ...(isManager ? [customer] : []),
  ];
  return (
    <Dialog className="tn-quick tn-shortcuts" labelledBy={id} close={close}>
      <h2 id={id}>{texts.title}</h2>
      {sections.map(([title, rows]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {rows.map(([text, keys]) => (
              <div key={text}>
                <dt>{text}</dt>
                <dd>{keys.map((key, index) => <span key={key}>{index > 0 && ` ${texts.or} `}<kbd>{key}</kbd></span>)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <div className="tn-quick-foot"><button type="button" className="tn-quick-close" onClick={close}>{common.close}</button></div>
    </Dialog>
  );
}
