package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;

/**
 * Something that a job is about, as it was when the job took it.
 *
 * @param position its place in the request: files first, then texts
 */
record JobInput(StoredFile file, JobFile.Source source, int position) {
  boolean isText() {
    return source == JobFile.Source.TEXT;
  }
}
