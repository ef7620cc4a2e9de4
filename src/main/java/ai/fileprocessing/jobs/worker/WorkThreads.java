package ai.fileprocessing.jobs.worker;

import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/**
 * The threads on which files are worked and their leases extended: virtual ones where the JVM has
 * them.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
public @interface WorkThreads {}
