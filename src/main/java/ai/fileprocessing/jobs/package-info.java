/**
 * Jobs: a prompt over files, worked through one file at a time. {@link ai.fileprocessing.jobs.Jobs}
 * is the door; this room uses the files and the inference room and is used by none. DynamoDB is the
 * truth and the queue a doorbell: a message that is lost, doubled, late or out of order changes
 * nothing but time. Every write after a claim carries the claim's fence. How a queue is worked,
 * with no word of jobs, is {@link ai.fileprocessing.jobs.worker}.
 */
package ai.fileprocessing.jobs;
