/**
 * Jobs: a prompt over files, worked through one file at a time. {@link ai.fileprocessing.jobs.Jobs}
 * is the door; this room uses the files and the inference room and is used by none. DynamoDB is the
 * truth and the queue a doorbell: a message that is late changes nothing but time, and one that is
 * doubled at worst costs a second model call. Every write after a claim carries the claim's fence.
 */
package ai.fileprocessing.jobs;
