/**
 * Files: what callers upload, kept as bytes in S3 and as rows in DynamoDB. {@link
 * ai.fileprocessing.files.Files} is the door for other rooms; this room knows nothing of jobs or
 * models. A row is written before its object and removed after it, and is hidden meanwhile, so that
 * a row that is seen means a file that is complete, and no object is without a row.
 */
package ai.fileprocessing.files;
