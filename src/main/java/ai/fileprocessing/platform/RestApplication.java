package ai.fileprocessing.platform;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/**
 * Every call of the API lives at the root of the host; health, metrics and OpenAPI have their own.
 */
@ApplicationPath("/")
public class RestApplication extends Application {}
