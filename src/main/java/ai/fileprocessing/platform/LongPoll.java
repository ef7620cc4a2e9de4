package ai.fileprocessing.platform;

import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The queue client whose connections wait for messages and do nothing else. */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
public @interface LongPoll {}
