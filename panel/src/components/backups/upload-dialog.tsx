import FileInput from '@cloudscape-design/components/file-input';
import { useQueryClient } from '@tanstack/react-query';
import { api, call } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { Field } from '../fields';
import { FormDialog } from '../form-dialog';
import { useResourceNames } from '../resources/use-resources';
import { useForm } from '../use-form';
import { fileNameOf } from './file-name';
import { backupTexts } from './texts';
import { useUpload } from './use-upload';

const largest = 5 * 1024 ** 3; // the limit of one upload in the API

interface UploadDialogProps {
  subscriptionId: string;
  name: string; // of the subscription
  onClose: () => void;
}

// UploadDialog declares a backup of a subscription by the size of a file, and starts its upload.
export function UploadDialog({ subscriptionId, name, onClose }: UploadDialogProps) {
  const texts = useTexts(backupTexts);
  const names = useResourceNames();
  const queries = useQueryClient();
  const upload = useUpload();
  const form = useForm({
    initial: { file: [] as File[] },
    check: ({ file: [file] }) => {
      if (!file) return { '/size': texts.noFile };
      if (file.size === 0) return { '/size': texts.emptyFile };
      return file.size > largest ? { '/size': texts.largeFile } : {};
    },
    send: ({ file: [file] }) => call(api.POST('/v1/subscriptions/{subscriptionId}/backups', {
      params: { path: { subscriptionId } }, body: { size: file?.size ?? 0, fileName: file && fileNameOf(file.name) },
    })),
    done: (target, { file: [file] }) => {
      if (file) void upload(file, target, subscriptionId);
      void queries.invalidateQueries({ queryKey: ['backups'] });
      onClose();
    },
  });
  const [file] = form.values.file;
  return (
    <FormDialog form={form} title={texts.uploadTitle(name)} submit={texts.start} onClose={onClose}>
      <Field form={form} name="file" pointer="/size" label={texts.file} hint={texts.fileHint}>
        <div className="tn-file">
          <FileInput value={form.values.file} onChange={({ detail }) => { form.set('file', detail.value); }}>{texts.choose}</FileInput>
          <span role="status">{file && texts.chosen(file.name, names.size(file.size))}</span>
        </div>
      </Field>
    </FormDialog>
  );
}
