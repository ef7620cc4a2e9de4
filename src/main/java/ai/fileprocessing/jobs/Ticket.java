package ai.fileprocessing.jobs;

/** The name of one file's work in one job: all that a message holds. */
record Ticket(String userId, String jobId, String fileId) {}
