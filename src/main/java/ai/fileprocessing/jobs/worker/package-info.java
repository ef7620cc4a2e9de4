/**
 * The mechanics of working a queue: slots, leases, fairness, pace, drain. It knows messages,
 * callers and models by name, and nothing of jobs or files: what a message means is told by {@link
 * ai.fileprocessing.jobs.worker.Work}, which the jobs room implements. Arrows run from the jobs
 * room to here and never back.
 */
package ai.fileprocessing.jobs.worker;
