import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Link } from '../components/link';
import { Screen } from '../components/screen';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';

// BrokenScreen stands in for a screen that failed.
export function BrokenScreen() {
  const texts = useTexts(shared).failure;
  return (
    <Screen title={texts.screenTitle}>
      <div role="alert">
        <SpaceBetween size="m">
          <Box>{texts.screenLead}</Box>
          <Button variant="primary" onClick={() => { location.reload(); }}>{texts.reload}</Button>
        </SpaceBetween>
      </div>
    </Screen>
  );
}

// UnknownScreen answers addresses that the panel does not have, or not for this caller.
export function UnknownScreen() {
  const texts = useTexts(shared).failure;
  return (
    <Screen title={texts.unknownTitle}>
      <Box>{texts.unknownLead}</Box>
      <Link href="/">{texts.toStart}</Link>
    </Screen>
  );
}
