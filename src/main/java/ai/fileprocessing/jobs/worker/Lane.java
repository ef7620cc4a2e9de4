package ai.fileprocessing.jobs.worker;

/** For whom a piece of work is, and on what it leans: both are bounded. */
public record Lane(String caller, String model) {}
