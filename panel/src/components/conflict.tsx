import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';

export interface Difference { label: string; mine: string; theirs: string }

interface ConflictProps {
  differences: Difference[]; // the fields that differ
  onKeepMine: () => void; // save the input over the newest version
  onTakeTheirs: () => void; // put the newest version into the form
}

// Conflict shows both versions of an object that somebody else changed while the form was open.
export function Conflict({ differences, onKeepMine, onTakeTheirs }: ConflictProps) {
  const texts = useTexts(shared);
  return (
    <div role="alert">
      <Alert
        type="warning"
        header={texts.conflict.title}
        action={(
          <SpaceBetween size="xs">
            <Button onClick={onKeepMine}>{texts.conflict.keepYours}</Button>
            <Button onClick={onTakeTheirs}>{texts.conflict.takeTheirs}</Button>
          </SpaceBetween>
        )}
      >
        {texts.conflict.lead}
        <table className="tn-differences">
          <thead>
            <tr><th scope="col">{texts.conflict.field}</th><th scope="col">{texts.conflict.yours}</th><th scope="col">{texts.conflict.theirs}</th></tr>
          </thead>
          <tbody>
            {differences.map(({ label, mine, theirs }) => (
              <tr key={label}><th scope="row">{label}</th><td>{mine || texts.none}</td><td>{theirs || texts.none}</td></tr>
            ))}
          </tbody>
        </table>
      </Alert>
    </div>
  );
}
