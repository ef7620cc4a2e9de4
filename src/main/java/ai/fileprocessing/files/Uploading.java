package ai.fileprocessing.files;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A call whose body may be large; {@link UploadLimit} watches it. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
public @interface Uploading {}
