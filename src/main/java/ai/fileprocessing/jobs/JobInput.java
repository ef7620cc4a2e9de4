package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Fit;

/**
 * Something that a job is about, as it was when the job took it.
 *
 * @param position its place in the request: files first, then texts
 */
record JobInput(StoredFile file, JobFile.Source source, int position) {
  /** What the choice of its way to a model depends on. */
  Fit.Facts facts() {
    return new Fit.Facts(file.filename(), file.contentType(), file.size());
  }

  boolean isText() {
    return source == JobFile.Source.TEXT;
  }
}
