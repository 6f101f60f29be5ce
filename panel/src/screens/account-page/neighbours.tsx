import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useNotifyFailure } from '../../components/flash';
import { useShortcuts } from '../../shell/shortcuts';
import { useTexts } from '../../texts/catalogue';
import { findNeighbour, hasNeighbour, type Direction, type PlaceState } from '../customers/place';
import { accountTexts } from './texts';

// Neighbours leads to the previous and the next customer of the list from which the user came. The open tab stays.
export function Neighbours({ id }: { id: string }) {
  const texts = useTexts(accountTexts);
  const { state, search } = useLocation() as { state: PlaceState | null; search: string };
  const navigate = useNavigate();
  const notifyFailure = useNotifyFailure();
  const [isPending, setPending] = useState(false);
  const place = state?.place;
  const can = (direction: Direction) => place !== undefined && !isPending && hasNeighbour(place, id, direction);
  const go = (direction: Direction) => {
    if (!place || !can(direction)) return;
    setPending(true);
    findNeighbour(place, id, direction)
      .then((neighbour) => {
        const tab = new URLSearchParams(search).get('tab');
        if (neighbour) void navigate(`/customers/${neighbour.id}${tab ? `?tab=${tab}` : ''}`, { state: { place: neighbour.place } });
      })
      .catch(notifyFailure)
      .finally(() => { setPending(false); });
  };
  useShortcuts({ p: () => { go(-1); }, n: () => { go(1); } });
  if (!place) return null;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="angle-left" ariaLabel={texts.previous} disabled={!can(-1)} onClick={() => { go(-1); }} />
      <Button iconName="angle-right" ariaLabel={texts.next} disabled={!can(1)} onClick={() => { go(1); }} />
    </SpaceBetween>
  );
}
