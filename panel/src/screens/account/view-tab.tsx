import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { preferences, usePreferences, type Preferences } from '../../preferences';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { ownTexts } from './texts';

// ViewTab chooses language, theme and density. A choice takes effect at once.
export function ViewTab() {
  const texts = useTexts(ownTexts);
  const language = useLanguage();
  const { theme, density } = usePreferences();
  return (
    <Container>
      <SpaceBetween size="l">
        <p className="tn-lead">{texts.viewLead}</p>
        <FormField label={texts.language}>
          <RadioGroup
            value={language}
            items={[{ value: 'en', label: 'English' }, { value: 'de', label: 'Deutsch' }]}
            onChange={({ detail }) => { preferences.change({ language: detail.value as Preferences['language'] }); }}
          />
        </FormField>
        <FormField label={texts.theme}>
          <RadioGroup
            value={theme ?? 'system'}
            items={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: texts.themes[value] }))}
            onChange={({ detail }) => {
              preferences.change({ theme: detail.value === 'system' ? undefined : detail.value as Preferences['theme'] });
            }}
          />
        </FormField>
        <FormField label={texts.density}>
          <RadioGroup
            value={density ?? 'comfortable'}
            items={(['comfortable', 'compact'] as const).map((value) => ({ value, label: texts.densities[value] }))}
            onChange={({ detail }) => { preferences.change({ density: detail.value as Preferences['density'] }); }}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
