/**
 * Files: what callers upload, kept as bytes in S3 and as rows in DynamoDB. {@link
 * ai.fileprocessing.files.Files} is the door for other rooms; this room knows nothing of jobs or
 * models. An object is written before its row and removed before its row, so that a row always
 * means a file that was complete.
 */
package ai.fileprocessing.files;
