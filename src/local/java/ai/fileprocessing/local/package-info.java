/**
 * Stand-ins for AWS on the wire: S3, DynamoDB, SQS, Bedrock and Cognito in one JVM, on the loopback
 * address only. The service talks to them through the same AWS SDK calls that it makes in
 * production; nothing here is ever in the WAR.
 */
package ai.fileprocessing.local;
